package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * All experiments over several seeds as one page of Markdown: what is asked and whether it is met,
 * the pictures, every figure with how far it spreads.
 */
public final class Report {
  private final SequencedMap<Experiment, List<Result>> results = new LinkedHashMap<>();
  private final String policy;
  private final Extent extent;
  private final StringBuilder page = new StringBuilder();

  private Report(List<Result> results, String policy, Extent extent) {
    results.forEach(
        result ->
            this.results.computeIfAbsent(result.experiment(), _ -> new ArrayList<>()).add(result));
    this.policy = policy;
    this.extent = extent;
  }

  /**
   * The page.
   *
   * @param policy whose figures are held against the targets
   * @param command that makes it again
   * @param pictures the folder of the pictures, as seen from the page
   */
  public static String markdown(
      List<Result> results, String policy, Extent extent, String command, String pictures) {
    return new Report(results, policy, extent).written(command, pictures);
  }

  /** The results of each experiment, for its picture. */
  public static SequencedMap<Experiment, List<Result>> byExperiment(List<Result> results) {
    return new Report(results, "", Extent.WHOLE).results;
  }

  private String written(String command, String pictures) {
    line("# Experiments");
    line("");
    line("Made by one command, on the simulator; seeds %s:".formatted(seeds()));
    line("");
    line("    %s".formatted(command));
    line("");
    line("%s".formatted(Ground.COMMON));
    line("");
    line(
        ("Figures are the median over the seeds, with the least and the most in brackets where they differ. `%s` is processor"
                + " time of the machine that ran it; everything else follows from the seed. What a column means:"
                + " [operating.md](operating.md#simulate).")
            .formatted(Columns.MEASURED_ON_THE_CLOCK));
    line("");
    if (extent.whole()) {
      summary();
    } else {
      line(
          "**Only %s of each experiment was run**, which proves nothing; no target is judged."
              .formatted(Value.of(extent.share()).text()));
      line("");
    }
    results.forEach((experiment, own) -> section(experiment, own, pictures));
    return page.toString();
  }

  private String seeds() {
    return results.firstEntry().getValue().stream()
        .map(result -> Long.toString(result.seed()))
        .collect(Collectors.joining(", "));
  }

  /** How often a target was met, and with which figures. */
  private record Standing(
      Target target, String wanted, List<OptionalDouble> found, long met, long judged) {
    private boolean reached() {
      return met == judged;
    }

    private String figure() {
      List<Double> numbers =
          found.stream().flatMapToDouble(OptionalDouble::stream).boxed().toList();
      return numbers.isEmpty() ? "none" : AcrossSeeds.of(numbers).text();
    }

    private String verdict() {
      return reached() ? "met" : "**missed** in %d of %d".formatted(judged - met, judged);
    }
  }

  private List<Standing> standings(List<Result> own) {
    SequencedMap<Target, List<Target.Judgement>> byTarget = new LinkedHashMap<>();
    for (Result result : own) {
      for (Target.Judgement judgement : result.judged(policy)) {
        byTarget.computeIfAbsent(judgement.target(), _ -> new ArrayList<>()).add(judgement);
      }
    }
    List<Standing> standings = new ArrayList<>();
    byTarget.forEach(
        (target, judgements) ->
            standings.add(
                new Standing(
                    target,
                    judgements.getFirst().wanted(),
                    judgements.stream().map(Target.Judgement::found).toList(),
                    judgements.stream().filter(Target.Judgement::met).count(),
                    judgements.size())));
    return standings;
  }

  private void summary() {
    line(
        "| experiment | targets of policy `%s` | met with every seed | missed |".formatted(policy));
    line("|---|---|---|---|");
    results.forEach(
        (experiment, own) -> {
          List<Standing> standings = standings(own);
          List<Standing> missed = standings.stream().filter(s -> !s.reached()).toList();
          line(
              "| %s | %d | %d | %s |"
                  .formatted(
                      experiment.name(),
                      standings.size(),
                      standings.size() - missed.size(),
                      missed.isEmpty()
                          ? "none"
                          : missed.stream()
                              .map(s -> s.target().about())
                              .collect(Collectors.joining("; "))));
        });
    line("");
  }

  private void section(Experiment experiment, List<Result> own, String pictures) {
    line("## %s".formatted(experiment.name()));
    line("");
    line("%s.".formatted(experiment.title()));
    if (!experiment.remark().isEmpty()) {
      line("");
      line("Here: %s.".formatted(experiment.remark()));
    }
    line("");
    line("![%s](%s/%s.svg)".formatted(experiment.name(), pictures, experiment.name()));
    line("");
    List<Standing> standings = extent.whole() ? standings(own) : List.of();
    if (!standings.isEmpty()) {
      line("| target of policy `%s` | wanted | found | |".formatted(policy));
      line("|---|---|---|---|");
      standings.forEach(
          s ->
              line(
                  "| %s | %s | %s | %s |"
                      .formatted(s.target().about(), s.wanted(), s.figure(), s.verdict())));
      line("");
    }
    table(own);
  }

  /** The n-th row of each seed is about the same point. */
  private void table(List<Result> own) {
    List<Row> first = own.getFirst().rows();
    List<String> columns = List.copyOf(first.getFirst().values().sequencedKeySet());
    line("| %s |".formatted(String.join(" | ", columns)));
    line("|%s".formatted("---|".repeat(columns.size())));
    for (int i = 0; i < first.size(); i++) {
      int row = i;
      line(
          "| %s |"
              .formatted(
                  columns.stream()
                      .map(
                          column ->
                              own.stream().map(result -> result.rows().get(row).value(column)))
                      .map(values -> spread(values.toList()))
                      .collect(Collectors.joining(" | "))));
    }
    line("");
  }

  private static String spread(List<Value> values) {
    List<Double> numbers =
        values.stream().flatMapToDouble(v -> v.number().stream()).boxed().toList();
    if (numbers.isEmpty()) {
      return Optional.of(values.getFirst().text()).filter(text -> !text.isEmpty()).orElse("–");
    }
    return AcrossSeeds.of(numbers).text();
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
