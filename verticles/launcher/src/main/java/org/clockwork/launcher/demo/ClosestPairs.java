package org.clockwork.launcher.demo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which sentences mean nearly the same: what lets a reader see that the embeddings are real. */
public final class ClosestPairs {
  private ClosestPairs() {}

  /** Two sentences and the cosine of the angle between what they mean. */
  public record Pair(String one, String other, double similarity) {}

  /** The closest pairs, the closest first; no sentence is in two of them. */
  public static List<Pair> among(Map<String, Embedding> embeddings, int count) {
    List<String> sentences = embeddings.keySet().stream().sorted().toList();
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      Embedding one = embeddings.get(sentences.get(i));
      for (int j = i + 1; j < sentences.size(); j++) {
        double similarity = one.similarity(embeddings.get(sentences.get(j)));
        pairs.add(new Pair(sentences.get(i), sentences.get(j), similarity));
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::similarity).reversed());
    Set<String> used = new HashSet<>();
    return pairs.stream()
        .filter(pair -> !used.contains(pair.one()) && !used.contains(pair.other()))
        .peek(pair -> used.addAll(List.of(pair.one(), pair.other())))
        .limit(count)
        .toList();
  }
}
