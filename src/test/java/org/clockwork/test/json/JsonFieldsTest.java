package org.clockwork.test.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.clockwork.codecs.json.Json;
import org.clockwork.codecs.json.JsonException;
import org.clockwork.codecs.json.JsonFields;
import org.clockwork.codecs.json.Problem;
import org.junit.jupiter.api.Test;

class JsonFieldsTest {
  private enum Policy {
    INFER5,
    ECHO
  }

  private final List<Problem> problems = new ArrayList<>();

  @Test
  void rightValuesComeBackTyped() throws JsonException {
    JsonFields fields =
        fields(
            """
            {"ms": 10, "factor": 1.5, "warm": true, "name": "a", "policy": "infer5",
             "sizes": [1, 2], "names": ["x"], "inner": {"deep": 1}, "list": [{"n": 1}, {"n": 2}]}
            """);

    assertEquals(Optional.of(10L), fields.integer("ms", 1, 100));
    assertEquals(Optional.of(1.5), fields.decimal("factor", 0, 10));
    assertEquals(Optional.of(true), fields.flag("warm"));
    assertEquals(Optional.of("a"), fields.text("name"));
    assertEquals(Optional.of(Policy.INFER5), fields.word("policy", Policy.class));
    assertEquals(Optional.of(List.of(1L, 2L)), fields.integers("sizes", 1, 16));
    assertEquals(Optional.of(List.of("x")), fields.texts("names"));
    assertEquals(
        Optional.of(1L), fields.object("inner").flatMap(inner -> inner.integer("deep", 0, 1)));
    assertEquals(
        List.of(1L, 2L),
        fields.objects("list").orElseThrow().stream()
            .map(each -> each.integer("n", 0, 9).orElseThrow())
            .toList());
    assertEquals(Optional.empty(), fields.integer("absent", 0, 1));
    fields.refuseOthers();
    assertEquals(List.of(), problems);
  }

  @Test
  void everyMistakeIsToldAtOnceWithItsPlace() throws JsonException {
    JsonFields fields =
        fields(
            """
            {
              "windowMilis": 10,
              "slots": "four",
              "pages": 0,
              "policy": "infer6",
              "sizes": [1, 2.5, "x"],
              "warm": 1,
              "factor": 1e400,
              "inner": {"dep": 1},
              "other": []
            }
            """);

    fields.integer("windowMillis", 1, 100);
    fields.integer("slots", 1, 64);
    fields.integer("pages", 1, Long.MAX_VALUE);
    fields.word("policy", Policy.class);
    fields.integers("sizes", 1, 16);
    fields.flag("warm");
    fields.decimal("factor", 0, 10);
    JsonFields inner = fields.object("inner").orElseThrow();
    inner.integer("deep", 0, 1);
    inner.refuseOthers();
    fields.object("other");
    fields.require("missing");
    fields.refuseOthers();

    assertEquals(
        """
        conf:3:12: 'slots' is a string; expected a whole number
        conf:4:12: 'pages' is 0; expected a whole number of at least 1
        conf:5:13: 'policy' is 'infer6'; expected one of infer5, echo
        conf:6:16: each of 'sizes' is 2.5; expected a whole number from 1 to 16
        conf:6:21: each of 'sizes' is a string; expected a whole number
        conf:7:11: 'warm' is a number; expected true or false
        conf:8:13: 'factor' is 1E+400; expected a number from 0.0 to 10.0
        conf:9:13: unknown key 'dep'; did you mean 'deep'?
        conf:10:12: expected an object, found a list
        conf:1:1: 'missing' is missing
        conf:2:3: unknown key 'windowMilis'; did you mean 'windowMillis'?
        """,
        said());
  }

  @Test
  void aKeyThatResemblesNothingIsAnsweredWithWhatThereIs() throws JsonException {
    JsonFields fields = fields("{\"zzz\": 1}");

    fields.integer("pages", 1, 2);
    fields.flag("warm");
    fields.refuseOthers();

    assertEquals("conf:1:2: unknown key 'zzz'; known are pages, warm\n", said());
  }

  @Test
  void aHugeExponentCostsNothing() throws JsonException {
    fields("{\"pages\": 1e999999999}").integer("pages", 1, 2);

    assertTrue(said().startsWith("conf:1:11: 'pages' is 1E+999999999"), said());
  }

  @Test
  void whatTheCallerRefusesStandsAtTheValue() throws JsonException {
    JsonFields fields = fields("{\"earliest\": 5,\n \"latest\": 4}");

    fields.refuse("latest", "is before 'earliest'");

    assertEquals("conf:2:12: 'latest' is before 'earliest'\n", said());
  }

  @Test
  void whatIsNoObjectHasNoFields() throws JsonException {
    JsonFields fields = fields("[1]");

    assertEquals(Optional.empty(), fields.integer("pages", 1, 2));
    assertEquals("conf:1:1: expected an object, found a list\n", said());
  }

  private JsonFields fields(String text) throws JsonException {
    return JsonFields.of("conf", Json.parse("conf", text), problems);
  }

  private String said() {
    StringBuilder lines = new StringBuilder();
    problems.forEach(problem -> lines.append(problem).append('\n'));
    return lines.toString();
  }
}
