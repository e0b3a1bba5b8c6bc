package org.clockwork.test.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code clockwork.models} as a client in any language meets it. */
class ModelsDoorTest {
  private FakeCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new FakeCluster();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.stop();
  }

  @Test
  void lsListsEveryModelByNameWithWhatItTakes() throws Exception {
    JsonArray models = cluster.models(op("ls")).getJsonArray("models");
    assertEquals(14, models.size());
    assertEquals(
        new JsonObject(
                """
            {"name": "bool", "state": "ready", "source": "bool",
             "inputs": [{"name": "x", "datatype": "BOOL", "shape": [2, 2]}],
             "outputs": [{"name": "y", "datatype": "BOOL", "shape": [2, 2]}],
             "largest_batch": 2000, "smallest_exec_us": 1000, "default_slo_us": 0, "hosts": 1}
            """)
            .encode(),
        models.getJsonObject(0).encode());
  }

  @Test
  void copiesAreNumberedFromTwo() throws Exception {
    JsonObject answer =
        cluster.models(op("load").put("name", "a").put("source", "a").put("copies", 3));
    assertEquals(List.of("a", "a#2", "a#3"), names(answer));
    assertEquals(17, cluster.models(op("ls")).getJsonArray("models").size());
  }

  @Test
  void loadingWhatIsServedChangesNothing() throws Exception {
    JsonObject answer = cluster.models(op("load").put("name", "fp32"));
    assertEquals(List.of("fp32"), names(answer));
  }

  @Test
  void aNameThatIsTakenByAnotherSourceIsAnError() throws Exception {
    JsonObject answer = cluster.models(op("load").put("name", "fp32").put("source", "fp16"));
    assertEquals(
        "model 'fp32' is served already, from source 'fp32' and not 'fp16'; unload it first or"
            + " choose another name",
        answer.getString("error"));
  }

  @Test
  void aModelThatCannotBeServedIsAnErrorWithTheReason() throws Exception {
    JsonObject answer = cluster.models(op("load").put("name", "b").put("source", "broken"));
    assertEquals("unavailable", answer.getString("code"));
    assertEquals("model 'b' can't be served: its file is cut off", answer.getString("error"));
  }

  @Test
  void anUnloadedModelIsUnknown() throws Exception {
    assertEquals(
        "{\"models\":[{\"name\":\"fp32\",\"state\":\"gone\"}]}",
        cluster.models(op("unload").put("name", "fp32")).encode());
    assertEquals(
        "unknown_model", cluster.models(op("unload").put("name", "fp32")).getString("code"));
  }

  @Test
  void aMalformedQuestionIsAnsweredWithFieldAndValue() throws Exception {
    expectError("field 'op' is missing; a string is expected", new JsonObject());
    expectError("field 'op' is the string 'x'; 'ls', 'load' or 'unload' is expected", op("x"));
    expectError("field 'name' is missing; a string is expected", op("load"));
    expectError(
        "field 'copies' is 0; an integer from 1 to 10000 is expected",
        op("load").put("name", "a").put("copies", 0));
    expectError(
        "field 'name' is the string ' '; 1 to 256 characters, not all blank is expected",
        op("unload").put("name", " "));
    expectError("field 'nam' is unknown; known are [op, name]", op("unload").put("nam", "a"));
  }

  private void expectError(String error, JsonObject question) throws Exception {
    assertEquals(
        new JsonObject().put("error", error).put("code", "invalid_request"),
        cluster.models(question));
  }

  private static JsonObject op(String op) {
    return new JsonObject().put("op", op);
  }

  private static List<String> names(JsonObject answer) {
    return answer.getJsonArray("models").stream()
        .map(model -> ((JsonObject) model).getString("name"))
        .toList();
  }
}
