package org.clockwork.scripts;

import io.vertx.core.eventbus.EventBus;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A script that was read from its first line to its last, and the load that it has set up. Belongs
 * to the thread that made it.
 */
final class LoadedScript implements AutoCloseable {
  private final Guest guest;
  private final ScriptLoad load;
  private final ReportFunctions reports;

  /**
   * Reads it; may wait for models.
   *
   * @param hearing carries out, on the script's thread, what a message on the bus leads to
   * @param lines takes what it says
   * @param stuck hears of it where the script does not return and can't be stopped
   * @throws ScriptException it has a mistake
   */
  LoadedScript(
      ScriptPlan plan,
      ScriptInferences inferences,
      EventBus bus,
      BiConsumer<ScriptLoad, Runnable> hearing,
      Consumer<String> lines,
      Consumer<ScriptException> stuck) {
    guest = new Guest(plan.script(), lines, stuck);
    load = new ScriptLoad(plan.script().name(), plan.measured(), plan.seed());
    reports = new ReportFunctions(lines);
    ScriptBus scriptBus = new ScriptBus(bus, callback -> hearing.accept(load, callback));
    HostFunctions host = new HostFunctions();
    new RequestFunctions(load, new ScriptModels(inferences, guest), guest, plan.payloads())
        .offerTo(host);
    new TimeFunctions(load, guest).offerTo(host);
    new ArgumentFunctions(plan, guest).offerTo(host);
    reports.offerTo(host);
    new BusFunctions(plan.grants().contains(Grant.EVENTBUS), load, guest, scriptBus).offerTo(host);
    try {
      guest.prepare(host.proxy());
      guest.evaluate();
    } catch (RuntimeException e) {
      guest.close();
      throw e;
    }
  }

  ScriptLoad load() {
    return load;
  }

  /** What it has said of itself, by name. */
  Map<String, Object> reported() {
    return reports.reported();
  }

  @Override
  public void close() {
    guest.close();
  }
}
