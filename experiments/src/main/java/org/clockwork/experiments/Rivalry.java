package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * How one policy stands beside another in one point.
 *
 * @param merits everything in which more is better there, and how it stands in each
 * @param refusalMillis of the rival, the median; empty where it refused nothing
 */
record Rivalry(
    SequencedMap<String, Value> point,
    String rival,
    List<Merit> merits,
    Optional<Double> refusalMillis) {
  /** Who refuses later than this has held those that it refuses. */
  static final double AT_ARRIVAL_MILLIS = 5;

  Rivalry {
    merits = List.copyOf(merits);
  }

  /**
   * How two policies' figures lie over the same seeds: where the ranges touch they are level, since
   * another seed could turn them round.
   */
  enum Standing {
    AHEAD,
    LEVEL,
    BEHIND,
    /** Ahead in one thing and behind in another. */
    TRADED
  }

  /** One column. */
  record Merit(String column, AcrossSeeds own, AcrossSeeds others) {
    Standing standing() {
      if (own.most() < others.least()) {
        return Standing.BEHIND;
      }
      return own.least() > others.most() ? Standing.AHEAD : Standing.LEVEL;
    }
  }

  /** Beside every other policy in every point that both have. */
  static List<Rivalry> of(Findings findings, String policy) {
    List<Rivalry> all = new ArrayList<>();
    for (SequencedMap<String, Value> point : findings.comparedPoints()) {
      for (String rival : findings.policies()) {
        if (!rival.equals(policy) && findings.has(policy, point) && findings.has(rival, point)) {
          all.add(of(findings, policy, point, rival));
        }
      }
    }
    return all;
  }

  private static Rivalry of(
      Findings findings, String policy, SequencedMap<String, Value> point, String rival) {
    List<Merit> merits = new ArrayList<>();
    for (String column : findings.experiment().merits()) {
      Optional<AcrossSeeds> own = findings.figure(policy, point, column);
      Optional<AcrossSeeds> others = findings.figure(rival, point, column);
      if (own.isPresent() && others.isPresent()) {
        merits.add(new Merit(column, own.get(), others.get()));
      }
    }
    return new Rivalry(
        point,
        rival,
        merits,
        findings.figure(rival, point, Columns.REFUSAL_P50).map(AcrossSeeds::median));
  }

  /** Whether the rival lets those wait whom it then refuses. */
  boolean holds() {
    return refusalMillis.filter(millis -> millis > AT_ARRIVAL_MILLIS).isPresent();
  }

  Standing standing() {
    boolean ahead = merits.stream().anyMatch(merit -> merit.standing() == Standing.AHEAD);
    boolean behind = merits.stream().anyMatch(merit -> merit.standing() == Standing.BEHIND);
    if (ahead && behind) {
      return Standing.TRADED;
    }
    return behind ? Standing.BEHIND : ahead ? Standing.AHEAD : Standing.LEVEL;
  }
}
