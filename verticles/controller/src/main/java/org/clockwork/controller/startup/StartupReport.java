package org.clockwork.controller.startup;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.clockwork.controller.telemetry.LogConfig;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.ModelStatus;
import org.clockwork.core.request.Input;
import org.clockwork.core.request.Request;
import org.clockwork.core.scheduler.Event;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.telemetry.Telemetry;
import org.clockwork.core.worker.Announcement;

/**
 * Tells the controller's start-up phase by phase, in the published wording and order. The published
 * controller goes through them once and bounces whoever comes too early; here workers and models
 * come and go at any time, so each line is printed when what it says has become true, once.
 */
public final class StartupReport {
  private final Consumer<String> lines;
  private final WorkerTable workers;
  private final ModelTable models;
  private final LoadDialog dialog;
  private final Set<String> pending = new HashSet<>();
  private Phase phase = Phase.QUERYING;
  private boolean wished;
  private boolean inputsTold;

  /** Where the start-up stands; each phase is entered once. */
  private enum Phase {
    /** No worker has come yet. */
    QUERYING,
    /** Workers are there, and no model. */
    AWAITING,
    /** Models are being registered. */
    LOADING,
    /** All that were asked for are ready or can't be: requests succeed from now on. */
    ADMITTING
  }

  public StartupReport(Consumer<String> lines) {
    this.lines = lines;
    this.workers = new WorkerTable(lines);
    this.models = new ModelTable(lines);
    this.dialog = new LoadDialog(lines);
  }

  public void begin(String policy, SchedulerConfig scheduler, LogConfig log) {
    Parameters.print(policy, scheduler, log, lines);
    lines.accept("(Startup) Running ControllerStartup");
    lines.accept("(Startup-1) Bouncing LS and Infer requests until startup is complete");
  }

  /** All workers are asked to say what they have. */
  public void querying() {
    lines.accept("(Startup-2) Querying current worker state");
  }

  // Workers

  /** Workers say anew what they have; only what is new of their GPUs is told. */
  public void announced(Announcement announcement) {
    boolean first = workers.isEmpty();
    if (!workers.announced(announcement)) {
      return;
    }
    if (first) {
      workers.print();
      lines.accept("");
    } else {
      workers.print(announcement.worker());
    }
    if (phase == Phase.ADMITTING) {
      workers.printTotals();
    }
  }

  /** What an announcement brought about is under way: whoever has models to serve, has said so. */
  public void joined() {
    if (phase == Phase.QUERYING && pending.isEmpty() && models.size() == 0) {
      phase = Phase.AWAITING;
      lines.accept("(Startup-3) Awaiting LoadModel requests from clients");
    }
    settleUnlessWished();
  }

  public void left(WorkerId worker) {
    workers.left(worker);
    lines.accept("Worker " + worker + " has left");
    if (phase == Phase.ADMITTING) {
      workers.printTotals();
    }
  }

  // Models

  public void wished(Event wish) {
    if (wish instanceof Event.ModelWanted wanted) {
      wished = true;
      dialog.requested(wanted);
    }
  }

  public void ordered(WorkerId worker, Action action) {
    if (action instanceof Action.Register register) {
      if (phase != Phase.ADMITTING && phase != Phase.LOADING) {
        phase = Phase.LOADING;
        lines.accept("(Startup-4) LoadModelStage has begun");
      }
      dialog.ordered(worker, register);
    }
  }

  /** An outcome has come, and has not been acted on. */
  public void ended(WorkerId worker, Outcome outcome) {
    if (outcome instanceof Outcome.Registered registered) {
      workers.hosts(worker);
      dialog.succeeded(worker, registered);
      if (models.registered(registered.model()) && phase == Phase.ADMITTING) {
        models.print(registered.model()); // The table was printed without it.
      }
    } else if (outcome instanceof Outcome.Refused refused) {
      dialog.failed(worker, refused);
    }
  }

  /** A model appeared, became ready, changed or went. */
  public void changed(ModelStatus status) {
    switch (status) {
      case ModelStatus.Registering registering -> pending.add(registering.name());
      case ModelStatus.Ready ready -> {
        pending.remove(ready.name());
        dialog.answered(ready);
        settleUnlessWished();
      }
      case ModelStatus.Versioned versioned -> pending.remove(versioned.name());
      case ModelStatus.Gone gone -> {
        pending.remove(gone.name());
        models.gone(gone.name());
      }
      case ModelStatus.Unavailable unavailable -> {
        dialog.answered(unavailable);
        if (pending.remove(unavailable.name())) {
          lines.accept("model " + unavailable.name() + " can't be served: " + unavailable.reason());
          settleUnlessWished();
        }
      }
    }
  }

  /** Weights come and go. */
  public void accept(Telemetry event) {
    if (event instanceof Telemetry.ActionEnded ended) {
      workers.accept(ended);
    }
  }

  // The end of the start-up

  /** No model has been wished for and none become ready for a while. */
  public void quiet() {
    settle();
  }

  /** A request for an inference has come: whoever sends it has the models that it wants. */
  public void requested(Request request) {
    if (inputsTold) {
      return;
    }
    settle();
    if (phase == Phase.ADMITTING) {
      inputsTold = true;
      String by = request.input() instanceof Input.Generated ? "worker" : "client";
      // Whoever did not answer the controller's questions would have left, so all are well.
      lines.accept(
          "Network Status:  Client ✔✔✔✔✔ Controller ✔✔✔✔✔ Workers (inputs generated by %s)"
              .formatted(by));
    }
  }

  /** Wishes come one by one, and the first may be fulfilled before the next is heard of. */
  private void settleUnlessWished() {
    if (!wished) {
      settle();
    }
  }

  private void settle() {
    if (phase != Phase.LOADING || workers.isEmpty() || !pending.isEmpty() || models.size() == 0) {
      return;
    }
    phase = Phase.ADMITTING;
    lines.accept("(Startup-6) LoadModelStage complete.  Printing loaded models:");
    workers.print();
    models.print();
    lines.accept("");
    lines.accept("(Startup-end) Transitioning to scheduler");
    lines.accept("Created " + models.size() + " models");
    workers.printTotals();
    long needed = models.pages();
    long pages = workers.pages();
    lines.accept(
        "Total model pages %d (%d%% oversubscription)."
            .formatted(needed, Math.max(0, 100 * (needed - pages) / Math.max(1, pages))));
    lines.accept(" * Admitting inference requests");
    workers.printHandlers();
  }
}
