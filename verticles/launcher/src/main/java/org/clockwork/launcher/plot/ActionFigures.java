package org.clockwork.launcher.plot;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.clockwork.controller.telemetry.ActionLine;
import org.clockwork.controller.telemetry.PredictionErrors;
import org.clockwork.controller.telemetry.PredictionErrors.Errors;
import org.clockwork.controller.telemetry.PredictionErrors.Figure;

/**
 * What actions that succeeded did: batches, LOADs, and how far they were from what was predicted.
 */
final class ActionFigures {
  private final TimeSlots<Slot> slots = new TimeSlots<>(Slot::new);
  private final SortedMap<Integer, Long> infersBySize = new TreeMap<>();
  private final PredictionErrors recorded = new PredictionErrors();
  private final Map<Figure, Errors> errors = new EnumMap<>(Figure.class);

  /** Of the actions that were sent in one slot of the time. */
  static final class Slot implements TimeSlots.Slot<Slot> {
    long infers;
    long inputs;
    long loads;
    int batchMost;

    @Override
    public void add(Slot other) {
      infers += other.infers;
      inputs += other.inputs;
      loads += other.loads;
      batchMost = Math.max(batchMost, other.batchMost);
    }
  }

  void take(ActionLine line) {
    if (!line.succeeded()) {
      return;
    }
    Slot slot = slots.at(line.sentNanos());
    switch (line.type()) {
      case INFER -> {
        int batch = line.batch();
        slot.infers++;
        slot.inputs += batch;
        slot.batchMost = Math.max(slot.batchMost, batch);
        infersBySize.merge(batch, 1L, Long::sum);
      }
      case LOAD -> slot.loads++;
      case UNLOAD -> {}
    }
    recorded.add(line.type(), line.prediction(), line.exec());
  }

  TimeSlots<Slot> slots() {
    return slots;
  }

  SortedMap<Integer, Long> infersBySize() {
    return infersBySize;
  }

  /** Once all actions are taken. */
  Errors errors(Figure figure) {
    return errors.computeIfAbsent(figure, recorded::take);
  }
}
