package org.clockwork.core.workload;

import java.util.ArrayList;
import java.util.List;
import org.clockwork.core.device.ModelSource;
import org.clockwork.core.device.Zoo;
import org.clockwork.core.workload.Workload.Copies;

/** The models that a trace is replayed to. */
record Instances(List<Copies> copies) {

  /** So many copies of each kind of the zoo. */
  static Instances ofEveryKind(int copiesEach) {
    return spreadOverKinds(copiesEach * Zoo.models().size());
  }

  /** So many in all, spread over all kinds of the zoo; the first kinds have one more. */
  static Instances spreadOverKinds(int models) {
    List<String> kinds = Zoo.models().stream().map(ModelSource::name).toList();
    List<Copies> copies = new ArrayList<>();
    for (int kind = 0; kind < Math.min(kinds.size(), models); kind++) {
      int more = kind < models % kinds.size() ? 1 : 0;
      copies.add(new Copies(kinds.get(kind), models / kinds.size() + more));
    }
    return new Instances(copies);
  }

  static Instances of(String model, int count) {
    return new Instances(List.of(new Copies(model, count)));
  }

  /**
   * All of them in rounds, the first copy of each kind first: neighbours are of different kinds.
   */
  List<String> names() {
    List<List<String>> byKind = copies.stream().map(Copies::names).toList();
    int rounds = byKind.stream().mapToInt(List::size).max().orElse(0);
    List<String> names = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      for (List<String> kind : byKind) {
        if (round < kind.size()) {
          names.add(kind.get(round));
        }
      }
    }
    return names;
  }
}
