package org.clockwork.launcher;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.clockwork.client.ModelUnavailableException;
import org.clockwork.gateway.NoDoorException;
import org.clockwork.launcher.config.ConfigurationException;
import org.clockwork.launcher.config.UnusableException;

/**
 * Ctrl-C, or a plain kill: the command that runs is asked to end in good order, and its exit code
 * becomes that of the process. The JVM alone would end at once, with 130 or 143.
 */
final class Interruption {
  /** Longer than gateway and worker drain together; what is not through by then hangs. */
  private static final long PATIENCE_SECONDS = 20;

  private final CompletableFuture<Void> asked = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  /** Expects it from now on, once for each process. */
  Interruption expected() {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("interruption").unstarted(this::shutDown));
    return this;
  }

  /** The command is through, by itself or because it was asked to be. */
  void ended(int exitCode) {
    ended.complete(exitCode);
  }

  /**
   * Whether it was asked for: what takes long without awaiting anything looks from time to time.
   */
  boolean asked() {
    return asked.isDone();
  }

  /** What the future comes to; empty where the user has had enough before. */
  <T> Optional<T> await(Future<T> future) throws InterruptedException {
    CompletableFuture<T> awaited = future.toCompletionStage().toCompletableFuture();
    try {
      CompletableFuture.anyOf(awaited, asked).get();
      return asked.isDone() ? Optional.empty() : Optional.ofNullable(awaited.resultNow());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnusableException unusable) {
        throw unusable;
      }
      if (e.getCause() instanceof ModelUnavailableException
          || e.getCause() instanceof NoDoorException
          || e.getCause() instanceof ConfigurationException) {
        throw new UnusableException(e.getCause().getMessage());
      }
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  private void shutDown() {
    if (ended.isDone()) {
      return; // The process ends by itself, with its own exit code.
    }
    asked.complete(null);
    Runtime.getRuntime().halt(exitCode());
  }

  private int exitCode() {
    try {
      return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      System.err.println(
          "clockwork: not through after " + PATIENCE_SECONDS + " s; ends all the same");
      return 1;
    } catch (InterruptedException | ExecutionException e) {
      return 1;
    }
  }
}
