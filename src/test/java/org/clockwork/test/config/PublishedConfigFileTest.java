package org.clockwork.test.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.ConfigurationReader;
import org.clockwork.launcher.config.PublishedConfigFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a published worker's own configuration file, in libconfig's format, means here. */
class PublishedConfigFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameIt() {
    file = folder.resolve("default.cfg");
  }

  private PublishedConfigFile read(String text) throws Exception {
    Files.writeString(file, text);
    return PublishedConfigFile.read(file);
  }

  @Test
  void theCacheSizeHoldsWhereverItStandsAndTheRestIsNamed() throws Exception {
    PublishedConfigFile read =
        read(
            """
            # A GPU of 16 GB.
            version = "1.0" "-beta";
            memory_settings :
            {
              weights_cache_size = 10737418240L;  // 640 pages
              weights_cache_page_size = 0x1000000
              io_pool_size: 536870912L; /* as
              published */
              pools = ( 1, 2.5, [ true, FALSE ], "a \\"quoted\\" one" ),
              allow_zero_size_inputs = true;
            };
            """);
    assertEquals(OptionalLong.of(10_737_418_240L), read.weightsCacheBytes());
    assertEquals(
        List.of("version", "io_pool_size", "pools", "allow_zero_size_inputs"), read.unused());
  }

  @Test
  void anEmptyFileChangesNothing() throws Exception {
    assertEquals(new PublishedConfigFile(OptionalLong.empty(), List.of()), read("# nothing\n"));
  }

  @Test
  void theVariableNamesItAndItIsLaidOverTheWorkersFile() throws Exception {
    Files.writeString(
        folder.resolve("worker.json"),
        "{\"simulated\": {\"gpus\": 3, \"weightsCacheBytes\": 50000000}}");
    Files.writeString(file, "weights_cache_size = 33554432L;");
    var simulated =
        ConfigurationReader.read(folder, Map.of("CLOCKWORK_CONFIG_FILE", file.toString()))
            .worker()
            .devices()
            .simulated();
    assertEquals(33_554_432, simulated.weightsCacheBytes());
    assertEquals(3, simulated.gpus());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "weights_cache_size = 1000;|:1:1: weights_cache_size is 1000; expected is a whole number of bytes from 16777216",
        "a = 1; weights_cache_size = 2.5;|weights_cache_size is 2.5; expected is",
        "weights_cache_size = \"all\";|weights_cache_size is the string 'all'",
        "weights_cache_page_size = 4096;|weights_cache_page_size is 4096; expected is 16777216: pages have one size here",
        "a = ;|:1:5: found ';'; expected is a number, true, false, a string or a list",
        "a 1;|:1:3: found '1'; expected is '=' or ':' after 'a'",
        "a : {|found the end of the file; expected is the name of a setting",
        "7 = a;|:1:1: found '7'; expected is the name of a setting",
        "a = \"x|found the end of the file; expected is '\"' at the end of the string",
        "a = [1 2];|found '2'; expected is ',' or ']'",
        "a = 99999999999999999999L;|expected is a number",
        "/* a|expected is '*/' at the end of the comment",
        "@include \"b.cfg\"|no @include: put everything into one file",
      })
  void whatIsWrongIsNamedWithFileAndPlace(String text, String expected) throws Exception {
    ConfigurationException wrong =
        assertThrows(ConfigurationException.class, () -> read(text.replace("`", "")));
    assertTrue(wrong.getMessage().startsWith(file.toString()), wrong::getMessage);
    assertTrue(wrong.getMessage().contains(expected), wrong::getMessage);
  }

  @Test
  void aFileThatIsNotThereIsNamedWithTheVariable() {
    ConfigurationException wrong =
        assertThrows(ConfigurationException.class, () -> PublishedConfigFile.read(file));
    assertTrue(
        wrong.getMessage().startsWith("CLOCKWORK_CONFIG_FILE is '" + file + "'"),
        wrong::getMessage);
  }
}
