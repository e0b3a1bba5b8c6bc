package org.clockwork.test.cluster;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.config.Config;
import com.hazelcast.config.XmlConfigBuilder;
import com.hazelcast.spi.properties.ClusterProperty;
import com.hazelcast.spi.properties.HazelcastProperty;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.clockwork.launcher.cluster.ClusterArguments;
import org.clockwork.launcher.cluster.ClusterOptions;
import org.clockwork.launcher.cluster.Node;
import org.clockwork.launcher.config.UnusableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What an operator sets: conf/cluster.xml, the options, the environment. */
class ClusterSettingsTest {
  private static final Path CONF = Path.of(ChildProcess.ROOT, "conf");

  @TempDir Path folder;

  @Test
  void theProgramCarriesTheVeryFileThatOperatorsEdit() throws Exception {
    try (InputStream bundled = Node.class.getResourceAsStream("cluster.xml")) {
      assertNotNull(bundled);
      assertEquals(
          Files.readString(CONF.resolve("cluster.xml")),
          new String(bundled.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void hazelcastKnowsEverySetting() throws Exception {
    Config config;
    try (InputStream in = Files.newInputStream(CONF.resolve("cluster.xml"))) {
      config = new XmlConfigBuilder(in).build(); // Checks elements against Hazelcast's schema.
    }
    // Of a property that it does not know Hazelcast says nothing.
    Set<String> known = knownProperties();
    assertTrue(config.getProperties().size() > 10);
    for (String name : config.getProperties().stringPropertyNames()) {
      assertTrue(known.contains(name), name);
    }
  }

  @Test
  void withoutOptionsItIsTheUsualClusterOnLoopback() {
    assertEquals(
        new ClusterOptions(
            "clockwork", "127.0.0.1", 0, List.of(), Optional.of(CONF.resolve("cluster.xml"))),
        options(Map.of(), CONF));
    assertEquals(ClusterOptions.DEFAULT, options(Map.of(), folder));
  }

  @Test
  void everyOptionIsTaken() {
    assertEquals(
        new ClusterOptions(
            "mine", "10.0.0.5", 6_000, List.of("10.0.0.6", "node7:5703"), Optional.empty()),
        options(
            Map.of(),
            folder,
            "--cluster=mine",
            "--host=10.0.0.5",
            "--join=10.0.0.6",
            "--join",
            "node7:5703",
            "--cluster-port=6000"));
  }

  @Test
  void theEnvironmentNamesTheClusterWhereNoOptionDoes() {
    Map<String, String> environment = Map.of("CLOCKWORK_CLUSTER", "ours");
    assertEquals("ours", options(environment, folder).cluster());
    assertEquals("mine", options(environment, folder, "--cluster=mine").cluster());
    assertEquals("clockwork", options(Map.of("CLOCKWORK_CLUSTER", " "), folder).cluster());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "two words", "ä", "a/b", "x*"})
  void aNameThatNoClusterCanHaveIsRefused(String name) {
    assertTrue(refused("--cluster=" + name).startsWith("cluster name '" + name + "': expected"));
    assertTrue(refused("--cluster=" + "x".repeat(65)).contains("expected 1 to 64"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--cluster-port=0", "--cluster-port=-1", "--cluster-port=65536"})
  void aPortThatDoesNotExistIsRefused(String option) {
    assertTrue(refused(option).contains("expected 1 to 65535"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":5701", "host:", "host:0", "host:70000", "::1", "a b", "h:1:2"})
  void aMemberThatIsNoAddressIsRefused(String member) {
    String message = refused("--join=" + member);
    assertTrue(message.startsWith("member to join '" + member + "': expected"), message);
  }

  @Test
  void whatIsWrongWithTheClustersSafetyIsToldAtOnceWithItsPlace() throws Exception {
    Files.writeString(
        folder.resolve("security.json"),
        """
        {
          "clusterTls": {"key": "node.key", "authority": "nodes.pem"},
          "joinSecret": "1234"
        }
        """);
    String message = refused();
    assertTrue(
        message.contains(
            "security.json:2:17: 'clusterTls' needs key and certificate and authority"),
        message);
    assertTrue(message.contains("security.json:3:3: unknown key 'joinSecret'"), message);
  }

  private String refused(String... arguments) {
    return assertThrows(UnusableException.class, () -> options(Map.of(), folder, arguments))
        .getMessage();
  }

  private static ClusterOptions options(
      Map<String, String> environment, Path conf, String... arguments) {
    Role role = new Role();
    new CommandLine(role).parseArgs(arguments);
    return role.cluster.options(conf, environment);
  }

  private static Set<String> knownProperties() {
    return Arrays.stream(ClusterProperty.class.getFields())
        .filter(field -> field.getType().equals(HazelcastProperty.class))
        .map(ClusterSettingsTest::nameOf)
        .collect(toSet());
  }

  private static String nameOf(Field property) {
    try {
      return ((HazelcastProperty) property.get(null)).getName();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** A command that joins a cluster. */
  @Command
  private static final class Role {
    @Mixin private final ClusterArguments cluster = new ClusterArguments();
  }
}
