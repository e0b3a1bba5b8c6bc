package org.clockwork.launcher;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clockwork.codecs.Addresses;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.explain.Story;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code clockwork explain ID}: what became of one request, and why. */
@Command(
    name = "explain",
    description = {
      "Tells what became of one recent request: when it was sent where, what was predicted and"
          + " what",
      "happened, whose work was in front of it, and for a refusal or a miss its one cause."
    },
    footer = {
      "",
      "Exit code 1 where the controller doesn't know the request; it remembers explainedRequests"
          + " of",
      "controller.json. Ids stand in answers (request_id) and in the request log; what the client",
      "itself called its request (id) does as well, and means its newest one."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExplainCommand implements Callable<Integer> {
  private static final int TOLD = 0;
  private static final int UNKNOWN = 1;

  @Parameters(
      paramLabel = "ID",
      description = "The request's id, such as G0-12, or its client's own.")
  private String id = "";

  @Mixin private MemberOptions member;

  @Mixin private JsonResult json;

  private final Interruption interruption;

  ExplainCommand(Interruption interruption) {
    this.interruption = interruption;
  }

  @Override
  public Integer call() throws Exception {
    json.check();
    Optional<JsonObject> answer =
        member
            .run(
                interruption,
                (node, _) ->
                    ClusterQuestion.ofController(
                        node, "explain", Addresses.EXPLAIN, new JsonObject().put("id", id)))
            .flatMap(ClusterQuestion::answer);
    return answer.isPresent() ? tell(answer.get()) : UNKNOWN;
  }

  private int tell(JsonObject answer) {
    if ("invalid_request".equals(answer.getString("code"))) {
      throw new UnusableException("explain: " + answer.getString("error"));
    }
    json.write(answer);
    if (answer.containsKey("error")) {
      json.people().println(answer.getString("error"));
      json.people().flush();
      return UNKNOWN;
    }
    Story.tell(answer, json.people()::println);
    json.people().flush();
    return TOLD;
  }
}
