package org.clockwork.test.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonValue;
import org.clockwork.codecs.json.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @Test
  void everyValueKnowsWhereItStands() throws JsonException {
    JsonValue.Obj top =
        (JsonValue.Obj)
            Json.parse(
                "conf",
                """
                // a comment
                {
                  "window": 10, // ms
                  "sizes": [1,
                    2]
                }
                """);

    assertEquals(new Position(2, 1), top.at());
    assertEquals(new Position(3, 3), top.members().get(0).at());
    assertEquals(new Position(3, 13), top.members().get(0).value().at());
    JsonValue.Arr sizes = (JsonValue.Arr) top.members().get(1).value();
    assertEquals(new Position(5, 5), sizes.elements().get(1).at());
  }

  @Test
  void numbersAreKeptAsWritten() throws JsonException {
    assertEquals(new BigDecimal("9007199254740993"), number("9007199254740993"));
    assertEquals(new BigDecimal("-0.10"), number("-0.10"));
    assertEquals(new BigDecimal("1e-7"), number("1e-7"));
  }

  @Test
  void escapesStandForTheirCharacters() throws JsonException {
    JsonValue value = Json.parse("conf", "\"a\\\"\\\\\\/\\n\\u00e9\"");

    assertEquals("a\"\\/\né", assertInstanceOf(JsonValue.Str.class, value).value());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1,} | conf:1:9: found '}', expected a key in double quotes",
        "{\"a\" 1} | conf:1:6: found '1', expected ':' after key 'a'",
        "{\"a\": } | conf:1:7: found '}', expected a value for 'a'",
        "{\"a\": yes} | conf:1:7: found 'yes', expected a value for 'a'",
        "{\"a\": 1 | conf:1:8: found the end of the text, expected ',' or '}'",
        "[1 2] | conf:1:4: found '2', expected ',' or ']'",
        "{\"a\": 8310000L} | conf:1:7: found '8310000L', expected a number",
        "[007] | conf:1:2: found '007', expected a number",
        "[1, 2] 3 | conf:1:8: found '3', expected the end of the text",
        "{\"a\": 1, \"a\": 2} | conf:1:10: 'a' stands here again; first in line 1",
        "[\"open | conf:1:2: this string is never closed",
        "[\"\\x\"] | conf:1:3: '\\x' is no escape; expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u",
        "[1e99999999999] | conf:1:2: '1e99999999999' has an exponent beyond any number",
      })
  void whatIsNotJsonIsToldWithWhatStandsWhere(String text, String message) {
    JsonException e = assertThrows(JsonException.class, () -> Json.parse("conf", text));

    assertEquals(message, e.getMessage());
  }

  @Test
  void anEmptyTextIsNotJson() {
    JsonException e = assertThrows(JsonException.class, () -> Json.parse("conf", " \n"));

    assertEquals("conf:2:1: found the end of the text, expected a value", e.getMessage());
  }

  @Test
  void absurdDepthIsRefused() {
    JsonException e =
        assertThrows(JsonException.class, () -> Json.parse("conf", "[".repeat(100_000)));

    assertEquals("conf:1:65: nested deeper than 64 levels", e.getMessage());
  }

  @Test
  void absurdSizeIsRefusedAndNotRepeatedInTheMessage(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("huge.json");
    Files.writeString(file, "\"" + "x".repeat(10_000_000) + "\"");

    JsonException e = assertThrows(JsonException.class, () -> Json.read(file));

    assertEquals(file + ":1:1: holds 10000002 bytes; at most 1048576 are read", e.getMessage());
    assertThrows(
        JsonException.class, () -> Json.parse("conf", "\"" + "x".repeat(10_000_000) + "\""));
  }

  @Test
  void aLongKeyIsShortenedInMessages() {
    JsonException e =
        assertThrows(
            JsonException.class, () -> Json.parse("conf", "{\"" + "k".repeat(100_000) + "\" 1}"));

    assertTrue(e.getMessage().length() < 200, e.getMessage());
  }

  @Test
  void whatAProgramWroteMayBeLongerIfTheReaderSaysSo() throws Exception {
    String text = "[" + "1,".repeat(Json.MAX_BYTES / 2) + "1]";

    assertThrows(JsonException.class, () -> Json.parse("plan", text));
    assertInstanceOf(JsonValue.Arr.class, Json.parse("plan", text, 2 * Json.MAX_BYTES));
  }

  @Test
  void bytesThatAreNotTextAreRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("model.json");
    Files.write(file, new byte[] {'"', (byte) 0xff, '"'});

    JsonException e = assertThrows(JsonException.class, () -> Json.read(file));

    assertTrue(e.getMessage().startsWith(file + ":1:1: is not UTF-8 text"), e.getMessage());
  }

  /** Cut and garbled texts end in a value or in a JsonException, never in anything else. */
  @Test
  void garbledTextsAreToldApartFromJson() {
    String text = "{\"a\": [1, -2.5e3, true, null, \"x\\u0041\\n\"], // c\n \"b\": {\"c\": false}}";
    for (int seed = 0; seed < 5_000; seed++) {
      Random random = new Random(seed);
      StringBuilder garbled = new StringBuilder(text);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(garbled.length());
        switch (random.nextInt(3)) {
          case 0 -> garbled.setLength(Math.max(1, at));
          case 1 -> garbled.setCharAt(at, (char) random.nextInt(128));
          default -> garbled.insert(at, "{}[],:\"\\/0e".charAt(random.nextInt(11)));
        }
      }
      try {
        Json.parse("seed " + seed, garbled.toString());
      } catch (JsonException e) {
        assertTrue(e.getMessage().startsWith("seed " + seed + ":"), e.getMessage());
      }
    }
  }

  private static BigDecimal number(String text) throws JsonException {
    return assertInstanceOf(JsonValue.Num.class, Json.parse("conf", text)).value();
  }
}
