package org.clockwork.test.cluster;

import static org.clockwork.test.cluster.Nodes.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.clockwork.codecs.Addresses;
import org.clockwork.launcher.config.UnusableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The roles, deployed by class name on a Vert.x that somebody else has made. */
@Timeout(150)
class RoleVerticlesTest {
  @TempDir Path folder;

  private final Nodes nodes = new Nodes();

  @AfterEach
  void leave() throws Exception {
    nodes.leave();
  }

  @Test
  void rolesThatAreDeployedByNameServeEachOther() throws Exception {
    Vertx vertx = nodes.join().vertx();
    CompletableFuture<JsonObject> catalogue = new CompletableFuture<>();
    vertx.eventBus().consumer(Addresses.CATALOGUE_CHANGED, _ -> ask(vertx, catalogue));
    await(deploy(vertx, "WorkerDummyNode", new JsonObject("{\"simulated\": {\"gpus\": 2}}")));
    await(
        deploy(
            vertx,
            "ControllerNode",
            new JsonObject().put("log", new JsonObject().put("directory", folder.toString()))));
    JsonObject served = await(catalogue);
    assertEquals(1, served.getInteger("workers"));
    assertTrue(served.getJsonArray("models").contains("resnet50_v2"), served::encode);
    String client =
        await(
            deploy(
                vertx,
                "ClientNode",
                new JsonObject().put("workload", new JsonArray().add("simple"))));
    await(vertx.undeploy(client));
    aScriptIsDeployedByTheNameOfItsFile(vertx);
  }

  /** Deployed: read to its end, with the model that it wanted, and its load has begun. */
  private void aScriptIsDeployedByTheNameOfItsFile(Vertx vertx) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("asks.js"),
            """
            const { load, infer, args } = clockwork;
            const names = load('resnet50_v2', args.copies);
            for (const name of names) infer(name);
            if (names.length !== 2) throw new Error('got ' + names);
            """);
    JsonObject config = new JsonObject("{\"args\": {\"copies\": 2}, \"seed\": 5}");
    await(vertx.undeploy(await(deployFile(vertx, "js:" + file, config))));
    await(vertx.undeploy(await(deployFile(vertx, file.toString(), config))));
    assertTrue(
        failure(deployFile(vertx, "missing.py", config))
            .getMessage()
            .startsWith("there is no script missing.py, neither here ("));
    assertEquals(
        "client's config:2:3: unknown key 'sed'; did you mean 'seed'?",
        failure(deployFile(vertx, "steady.js", new JsonObject().put("sed", 1))).getMessage());
  }

  private static Future<String> deployFile(Vertx vertx, String name, JsonObject config) {
    return vertx.deployVerticle(name, new DeploymentOptions().setConfig(config));
  }

  @Test
  void aConfigThatIsWrongFailsTheDeploymentAndSaysWhere() throws Exception {
    Vertx vertx = nodes.join().vertx();
    assertEquals(
        "gateway's config:2:3: unknown key 'inlineByte'; did you mean 'inlineBytes'?",
        failure(deploy(vertx, "GatewayNode", new JsonObject().put("inlineByte", 1))).getMessage());
  }

  @Test
  void withoutAClusterItSaysThatOneIsNeeded() throws Exception {
    Vertx alone = Vertx.vertx();
    try {
      Throwable failure = failure(deploy(alone, "GatewayNode", new JsonObject()));
      assertEquals(UnusableException.class, failure.getClass());
      assertTrue(failure.getMessage().contains("deploy with -cluster"), failure::getMessage);
    } finally {
      await(alone.close());
    }
  }

  private static void ask(Vertx vertx, CompletableFuture<JsonObject> catalogue) {
    vertx
        .eventBus()
        .<JsonObject>request(Addresses.CONTROLLER_CATALOGUE, "")
        .onSuccess(
            reply -> {
              if (reply.body().getInteger("workers") > 0) {
                catalogue.complete(reply.body());
              }
            });
  }

  private static Future<String> deploy(Vertx vertx, String verticle, JsonObject config) {
    return vertx.deployVerticle(
        "org.clockwork.launcher." + verticle, new DeploymentOptions().setConfig(config));
  }

  private static Throwable failure(Future<String> deployment) {
    return assertThrows(ExecutionException.class, () -> await(deployment)).getCause();
  }
}
