package org.clockwork.test.sim;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.clockwork.core.action.Action;
import org.clockwork.core.action.ActionId;
import org.clockwork.core.action.Outcome;
import org.clockwork.core.action.Span;
import org.clockwork.core.action.Window;
import org.clockwork.core.cluster.GpuId;
import org.clockwork.core.cluster.WorkerId;
import org.clockwork.core.gateway.Answer;
import org.clockwork.core.gateway.Verdict;
import org.clockwork.core.model.Tensors;
import org.clockwork.core.scheduler.SchedulerConfig;
import org.clockwork.core.sim.Tap;
import org.clockwork.core.sim.World;
import org.clockwork.core.worker.Task;

/** Faults that one could make in any part of the system, planted in a simulated world. */
enum Fault {
  AN_INFER_THAT_IS_SENT_TWICE("was sent before", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void decided(WorkerId worker, Action action, Line line) {
          line.send(action);
          if (action instanceof Action.Infer) {
            line.send(action);
          }
        }
      };
    }
  },
  AN_ACTION_THAT_THE_NETWORK_DOUBLES("reached .* twice, or was not sent", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void action(WorkerId worker, Action action, Consumer<Action> onward) {
          onward.accept(action);
          if (action instanceof Action.Infer) {
            later(world, 20, () -> onward.accept(action));
          }
        }
      };
    }
  },
  A_LOST_ACTION("never answered for", 20) {
    @Override
    Tap in(Supplier<World> world) {
      Turn turn = new Turn();
      return new Tap() {
        @Override
        public void action(WorkerId worker, Action action, Consumer<Action> onward) {
          // A lost UNLOAD shows by the LOAD behind it, which finds no room.
          if (!turn.hasCome(action instanceof Action.Load || action instanceof Action.Infer)) {
            onward.accept(action);
          }
        }
      };
    }
  },
  A_LOST_OUTCOME("never answered for", 20) {
    @Override
    Tap in(Supplier<World> world) {
      Turn turn = new Turn();
      return new Tap() {
        @Override
        public void outcome(WorkerId worker, Outcome outcome, Consumer<Outcome> onward) {
          if (!turn.hasCome(outcome instanceof Outcome.Inferred)) {
            onward.accept(outcome);
          }
        }
      };
    }
  },
  A_SECOND_OUTCOME("is for no action that is outstanding", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void outcome(WorkerId worker, Outcome outcome, Consumer<Outcome> onward) {
          onward.accept(outcome);
          if (outcome instanceof Outcome.Inferred) {
            onward.accept(outcome);
          }
        }
      };
    }
  },
  AN_UNLOAD_ANSWERED_BUT_NOT_DONE("holds .* where the controller believes|fills .* pages", 100) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void task(WorkerId worker, Task task, Consumer<Task> onward) {
          if (!(task instanceof Task.Unload)) {
            onward.accept(task);
          }
        }
      };
    }
  },
  AN_UNLOAD_COUNTED_BUT_NOT_SENT("oversubscribes|where the model is already", 100) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void decided(WorkerId worker, Action action, Line line) {
          if (action instanceof Action.Unload unload) {
            line.reply(new Outcome.Unloaded(unload.id(), now(world)));
          } else {
            line.send(action);
          }
        }
      };
    }
  },
  AN_UNLOAD_OF_WHAT_RUNS("INFERs of the model are outstanding", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void decided(WorkerId worker, Action action, Line line) {
          line.send(action);
          if (action instanceof Action.Infer infer) {
            ActionId id = new ActionId(infer.id().term(), infer.id().number() + 1);
            line.send(new Action.Unload(id, infer.gpu(), infer.model(), Window.ANY));
          }
        }
      };
    }
  },
  AN_INFER_WITHOUT_ITS_LOAD("neither loaded nor on the way", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void decided(WorkerId worker, Action action, Line line) {
          if (action instanceof Action.Load load) {
            line.reply(new Outcome.Loaded(load.id(), instant(world), now(world)));
          } else {
            line.send(action);
          }
        }
      };
    }
  },
  A_GPU_THAT_IS_OVERFED("[0-9] ms outstanding already", 50) {
    @Override
    SchedulerConfig believed(SchedulerConfig right) {
      return bounds(right, 200 * MILLIS, right.loadHorizonNanos(), right.maxQueuedPerModel());
    }
  },
  A_LOAD_EXECUTOR_THAT_IS_OVERFED("LOADs of .* outstanding already", 50) {
    @Override
    SchedulerConfig believed(SchedulerConfig right) {
      return bounds(right, right.scheduleAheadNanos(), 1_000 * MILLIS, right.maxQueuedPerModel());
    }
  },
  A_QUEUE_WITHOUT_ITS_BOUND("wait, more than may", 50) {
    @Override
    SchedulerConfig believed(SchedulerConfig right) {
      return bounds(right, right.scheduleAheadNanos(), right.loadHorizonNanos(), 1_000_000);
    }
  },
  AN_EXEC_OUTSIDE_ITS_WINDOW("outside the window", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void task(WorkerId worker, Task task, Consumer<Task> onward) {
          if (task instanceof Task.Exec exec) {
            Task atAnyTime =
                new Task.Exec(
                    exec.action(),
                    exec.gpu(),
                    exec.model(),
                    exec.bucket(),
                    exec.batch(),
                    exec.inference(),
                    Window.ANY);
            later(world, 100, () -> onward.accept(atAnyTime));
          } else {
            onward.accept(task);
          }
        }
      };
    }
  },
  TWO_EXECS_AT_ONCE("while the EXEC executor is busy", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public long freeAgainNanos(Task task, long begunNanos, long endNanos) {
          return task instanceof Task.Exec ? begunNanos : endNanos;
        }
      };
    }
  },
  TWO_LOADS_AT_ONCE("while the (LOAD|EXEC) executor is busy", 50) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public long freeAgainNanos(Task task, long begunNanos, long endNanos) {
          return task instanceof Task.Load ? begunNanos : endNanos;
        }
      };
    }
  },
  TWO_ANSWERS_TO_ONE_REQUEST("was answered twice", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void answer(Answer answer, Consumer<Answer> onward) {
          onward.accept(answer);
          onward.accept(answer);
        }
      };
    }
  },
  A_SWALLOWED_ANSWER("was never answered", 20) {
    @Override
    Tap in(Supplier<World> world) {
      Turn turn = new Turn();
      return new Tap() {
        @Override
        public void answer(Answer answer, Consumer<Answer> onward) {
          if (!turn.hasCome(true)) {
            onward.accept(answer);
          }
        }
      };
    }
  },
  A_LATE_ANSWER_CALLED_GOOD("after its deadline", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void answer(Answer answer, Consumer<Answer> onward) {
          if (answer instanceof Answer.Succeeded) {
            later(world, 1_000, () -> onward.accept(answer));
          } else {
            onward.accept(answer);
          }
        }
      };
    }
  },
  A_SUCCESS_THAT_NOTHING_WAS_RUN_FOR("succeeded but no EXEC has run for it", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void answer(Answer answer, Consumer<Answer> onward) {
          if (answer instanceof Answer.TimedOut) {
            GpuId gpu = new GpuId(new WorkerId("w0"), 0);
            Tensors nothing = new Tensors(1, List.of());
            onward.accept(
                new Answer.Succeeded(
                    answer.request(), 0, true, nothing, gpu, 1, false, 0, 0, 0, 0, 0, 0));
          } else {
            onward.accept(answer);
          }
        }
      };
    }
  },
  A_DISPATCH_WITHOUT_AN_ACTION("no such action carries the request", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void decided(Verdict verdict, Consumer<Verdict> onward) {
          if (verdict instanceof Verdict.TimedOut) {
            GpuId gpu = new GpuId(new WorkerId("w0"), 0);
            ActionId action = new ActionId(1, 0);
            onward.accept(
                new Verdict.Dispatched(verdict.request(), action, gpu, false, 0, 0, 1_000_000));
          } else {
            onward.accept(verdict);
          }
        }
      };
    }
  },
  A_SWALLOWED_DISPATCH("was never told that", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void decided(Verdict verdict, Consumer<Verdict> onward) {
          if (!(verdict instanceof Verdict.Dispatched)) {
            onward.accept(verdict);
          }
        }
      };
    }
  },
  TWO_VERDICTS_ON_ONE_REQUEST("was told of a request that is OVER", 20) {
    @Override
    Tap in(Supplier<World> world) {
      return new Tap() {
        @Override
        public void decided(Verdict verdict, Consumer<Verdict> onward) {
          onward.accept(verdict);
          if (verdict instanceof Verdict.Refused) {
            onward.accept(verdict);
          }
        }
      };
    }
  };

  private static final long MILLIS = 1_000_000;

  private final String found;
  private final int seeds;

  /**
   * @param found what is said of it, as a regular expression
   * @param seeds it is found within as many
   */
  Fault(String found, int seeds) {
    this.found = found;
    this.seeds = seeds;
  }

  /** A hand that commits it wherever it can, or once where once is enough. */
  Tap in(Supplier<World> world) {
    return Tap.UNTOUCHED;
  }

  /** What the scheduler takes for its constants where these are the right ones. */
  SchedulerConfig believed(SchedulerConfig right) {
    return right;
  }

  private static SchedulerConfig bounds(
      SchedulerConfig right, long scheduleAheadNanos, long loadHorizonNanos, int queued) {
    return new SchedulerConfig(
        right.defaultSloNanos(),
        right.sloBufferNanos(),
        scheduleAheadNanos,
        right.latestDeltaNanos(),
        loadHorizonNanos,
        right.maxLagNanos(),
        right.maxExecNanos(),
        right.maxBatch(),
        right.controlLegNanos(),
        queued,
        right.maxModels());
  }

  String found() {
    return found;
  }

  int seeds() {
    return seeds;
  }

  /** As a claim begins. */
  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ').replace("infer", "INFER");
  }

  /** Lets a few pass before the one that it happens to. */
  private static final class Turn {
    private int left = 5;

    boolean hasCome(boolean suitable) {
      return suitable && left-- == 0;
    }
  }

  private static void later(Supplier<World> world, long millis, Runnable happening) {
    world.get().at(world.get().nowNanos() + millis * MILLIS, happening);
  }

  private static Outcome.Stamps now(Supplier<World> world) {
    return new Outcome.Stamps(world.get().nowNanos(), world.get().nowNanos());
  }

  private static Span instant(Supplier<World> world) {
    return new Span(world.get().nowNanos(), world.get().nowNanos());
  }
}
