package org.clockwork.experiments;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Experiments over several seeds as one page of Markdown: what is asked and whether it is met, how
 * policies stand beside each other and beside the paper, what forbids more, the pictures, every
 * figure with how far it spreads.
 */
public final class Report {
  private static final String NOTHING = "–";
  private static final String UNNAMED = "";

  private final List<Findings> findings;
  private final String policy;
  private final Extent extent;
  private final Markdown page = new Markdown();

  private Report(List<Result> results, String policy, Extent extent) {
    this.findings = Findings.of(results);
    this.policy = policy;
    this.extent = extent;
  }

  /**
   * The page.
   *
   * @param policy whose figures are held against the targets and beside the other policies
   * @param command that makes it again
   * @param pictures the folder of the pictures, as seen from the page
   */
  public static String markdown(
      List<Result> results, String policy, Extent extent, String command, String pictures) {
    return new Report(results, policy, extent).written(command, pictures);
  }

  /** The results of each experiment, for its picture. */
  public static SequencedMap<Experiment, List<Result>> byExperiment(List<Result> results) {
    SequencedMap<Experiment, List<Result>> byExperiment = new LinkedHashMap<>();
    Findings.of(results).forEach(own -> byExperiment.put(own.experiment(), own.results()));
    return byExperiment;
  }

  private String written(String command, String pictures) {
    page.paragraph("# Experiments")
        .paragraph(
            "Made on the simulator, by this command; files that it names are what the sections' own commands write with `--json`:")
        .command(command)
        .paragraph(Ground.COMMON)
        .paragraph(
            ("Figures are the median over the seeds, with the least and the most in brackets where they differ. `%s`"
                    + " is processor time of the machine that ran it; everything else follows from the seed. What a"
                    + " column means: [operating.md](operating.md#simulate).")
                .formatted(Columns.MEASURED_ON_THE_CLOCK));
    if (extent.whole()) {
      page.heading("Targets");
      targets();
    } else {
      page.paragraph(
          "**Only %s of each experiment was run**, which proves nothing; no target is judged."
              .formatted(Value.of(extent.share()).text()));
    }
    beside();
    findings.forEach(own -> section(own, pictures));
    return page.text().stripTrailing() + "\n";
  }

  private void targets() {
    page.table(
        List.of("experiment", "targets of `%s`".formatted(policy), "met with every seed", "missed"),
        lines(
            findings,
            own -> {
              List<Standing> standings = standings(own);
              List<Standing> missed = standings.stream().filter(s -> !s.reached()).toList();
              return List.of(
                  own.experiment().name(),
                  Integer.toString(standings.size()),
                  Integer.toString(standings.size() - missed.size()),
                  missed.isEmpty()
                      ? "none"
                      : missed.stream()
                          .map(s -> s.target().about())
                          .collect(Collectors.joining("; ")));
            }));
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

  private List<Standing> standings(Findings own) {
    SequencedMap<Target, List<Target.Judgement>> byTarget = new LinkedHashMap<>();
    for (Result result : own.results()) {
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

  /** One rivalry of an experiment. */
  private record Beside(Findings findings, Rivalry rivalry) {}

  private void beside() {
    List<Beside> all =
        findings.stream()
            .flatMap(own -> Rivalry.of(own, policy).stream().map(r -> new Beside(own, r)))
            .toList();
    if (all.isEmpty()) {
      return;
    }
    page.heading("`%s` beside other policies".formatted(policy))
        .paragraph(
            ("Point by point, over the same seeds: ahead where the least of `%s` is above the most of the other,"
                    + " behind where its most is below the other's least, level where the ranges touch. Who refuses"
                    + " within %s ms (median) is one thing; who *holds* what it will refuse until later can choose"
                    + " among them, and its clients learn late: such points are counted apart, and below are in"
                    + " italics, with the median time until a refusal.")
                .formatted(policy, Value.of(Rivalry.AT_ARRIVAL_MILLIS).text()));
    page.table(
        List.of("beside", "points", "ahead", "level", "traded", "behind"),
        lines(
            all.stream().map(b -> kind(b.rivalry())).distinct().sorted().toList(),
            kind -> counted(kind, all)));
    losers(all.stream().filter(b -> !b.rivalry().holds()).toList());
  }

  private static String kind(Rivalry rivalry) {
    return "`%s`%s".formatted(rivalry.rival(), rivalry.holds() ? ", where it holds" : UNNAMED);
  }

  private static List<String> counted(String kind, List<Beside> all) {
    List<Rivalry.Standing> standings =
        all.stream()
            .map(Beside::rivalry)
            .filter(rivalry -> kind(rivalry).equals(kind))
            .map(Rivalry::standing)
            .toList();
    List<String> line = new ArrayList<>(List.of(kind, Integer.toString(standings.size())));
    for (Rivalry.Standing standing :
        List.of(
            Rivalry.Standing.AHEAD,
            Rivalry.Standing.LEVEL,
            Rivalry.Standing.TRADED,
            Rivalry.Standing.BEHIND)) {
      line.add(Long.toString(standings.stream().filter(standing::equals).count()));
    }
    return line;
  }

  private void losers(List<Beside> atArrival) {
    List<Beside> lost =
        atArrival.stream()
            .filter(
                b ->
                    b.rivalry().standing() == Rivalry.Standing.BEHIND
                        || b.rivalry().standing() == Rivalry.Standing.TRADED)
            .toList();
    page.paragraph(
        lost.isEmpty()
            ? "`%s` is behind nobody who refuses at arrival, in any of %d comparisons."
                .formatted(policy, atArrival.size())
            : "`%s` is behind somebody who refuses at arrival, in some or in every thing that counts, in %d of %d comparisons:"
                .formatted(policy, lost.size(), atArrival.size()));
    page.table(
        List.of("experiment", "point", "behind", "figure", "`%s`".formatted(policy), "the other"),
        lost.stream()
            .flatMap(
                b ->
                    b.rivalry().merits().stream()
                        .filter(merit -> merit.standing() == Rivalry.Standing.BEHIND)
                        .map(
                            merit ->
                                List.of(
                                    b.findings().experiment().name(),
                                    point(b.rivalry().point()),
                                    "`%s`".formatted(b.rivalry().rival()),
                                    merit.column(),
                                    merit.own().text(),
                                    merit.others().text())))
            .toList());
  }

  private static String point(SequencedMap<String, Value> point) {
    return point.isEmpty()
        ? NOTHING
        : point.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue().text())
            .collect(Collectors.joining(", "));
  }

  private void section(Findings own, String pictures) {
    Experiment experiment = own.experiment();
    page.heading(experiment.name()).paragraph(experiment.title() + ".");
    if (!experiment.remark().isEmpty()) {
      page.paragraph("Here: %s.".formatted(experiment.remark()));
    }
    int points = own.points().size();
    page.paragraph(
            "%d point%s, seeds %s; again:"
                .formatted(points, points == 1 ? UNNAMED : "s", own.seeds().replace(",", ", ")))
        .command(own.command(extent))
        .paragraph("![%s](%s/%s.svg)".formatted(experiment.name(), pictures, experiment.name()));
    if (extent.whole()) {
      page.table(
          List.of("target of `%s`".formatted(policy), "wanted", "found", UNNAMED),
          lines(
              standings(own),
              s -> List.of(s.target().about(), s.wanted(), s.figure(), s.verdict())));
      bounds(own);
    }
    experiment.merits().forEach(merit -> comparison(own, merit));
    if (extent.whole()) {
      besideThePaper(own);
    }
    answers(own);
    everything(own);
  }

  /** Targets and figures of the paper that nobody can reach here, and what is attained of it. */
  private void bounds(Findings own) {
    page.table(
        List.of(
            "bound, whatever policy", "at most", "because", "forbids", "`%s`".formatted(policy)),
        lines(
            own.experiment().bounds(),
            bound ->
                List.of(
                    bound.about(),
                    Value.of(bound.most()).text(),
                    bound.because(),
                    forbidden(own.experiment(), bound),
                    own.pointAt(bound.where())
                        .flatMap(point -> own.figure(policy, point, bound.column()))
                        .map(AcrossSeeds::text)
                        .orElse(NOTHING))));
  }

  private static String forbidden(Experiment experiment, Bound bound) {
    List<String> forbidden = new ArrayList<>();
    for (Target target : experiment.targets()) {
      if (target.demand() instanceof Target.Demand.AtLeast(double least)
          && bound.forbids(target.where(), target.column(), least)) {
        forbidden.add("the target of " + Value.of(least).text());
      }
    }
    for (Published published : Published.of(experiment.drawing())) {
      if (bound.forbids(published.where(), published.column(), published.figure())) {
        forbidden.add("the paper's " + Value.of(published.figure()).text());
      }
    }
    return forbidden.isEmpty() ? NOTHING : String.join(", ", forbidden);
  }

  /** A line for each point, a column for each policy. */
  private void comparison(Findings own, String merit) {
    page.paragraph("`%s`:".formatted(merit));
    List<String> parameters = own.experiment().parameters();
    List<String> columns = new ArrayList<>(parameters);
    own.policies().forEach(name -> columns.add("`%s`".formatted(name)));
    page.table(
        columns,
        lines(
            own.comparedPoints(),
            point -> {
              List<String> line = new ArrayList<>();
              point.values().forEach(value -> line.add(value.text()));
              own.policies().forEach(name -> line.add(compared(own, name, point, merit)));
              return line;
            }));
  }

  private static String compared(
      Findings own, String name, SequencedMap<String, Value> point, String merit) {
    String figure = own.figure(name, point, merit).map(AcrossSeeds::text).orElse(NOTHING);
    return own.figure(name, point, Columns.REFUSAL_P50)
        .map(AcrossSeeds::median)
        .filter(millis -> millis > Rivalry.AT_ARRIVAL_MILLIS)
        .map(millis -> "*%s; refuses after %.0f ms*".formatted(figure, millis))
        .orElse(figure);
  }

  /** The published policy, as simulated here, beside what was published of it. */
  private void besideThePaper(Findings own) {
    List<List<String>> lines = new ArrayList<>();
    for (Published published : Published.of(own.experiment().drawing())) {
      own.pointAt(published.where())
          .flatMap(point -> own.figure(Ground.PUBLISHED_POLICY, point, published.column()))
          .ifPresent(
              figure ->
                  lines.add(
                      List.of(
                          published.about(),
                          published.source(),
                          Value.of(published.figure()).text(),
                          figure.text(),
                          distance(published, figure.median()))));
    }
    page.table(List.of("figure", "source", "published", "`infer5` here", "distance"), lines);
    if (!lines.isEmpty() && !own.experiment().besideThePaper().isEmpty()) {
      page.paragraph(own.experiment().besideThePaper());
    }
  }

  /** Of fractions the difference, of everything else the ratio. */
  private static String distance(Published published, double found) {
    return published.column().endsWith("_fraction") || published.figure() == 0
        ? "%+.3f".formatted(found - published.figure())
        : "%+.1f %%".formatted(100 * (found / published.figure() - 1));
  }

  /** How honest the answers are: what is known of refusals and promises. */
  private void answers(Findings own) {
    List<String> columns = own.columns().stream().filter(Columns.ABOUT_ANSWERS::contains).toList();
    List<String> heads = new ArrayList<>(List.of("answers of `%s`".formatted(policy)));
    heads.addAll(columns);
    page.table(
        heads,
        lines(
            own.comparedPoints().stream().filter(point -> own.has(policy, point)).toList(),
            point -> {
              List<String> line = new ArrayList<>(List.of(point(point)));
              columns.forEach(column -> line.add(text(own, policy, point, column)));
              return line;
            }));
  }

  private void everything(Findings own) {
    List<String> columns = new ArrayList<>(List.of(Row.POLICY));
    columns.addAll(own.experiment().parameters());
    columns.addAll(own.columns());
    List<List<String>> lines = new ArrayList<>();
    for (String name : own.policies()) {
      for (SequencedMap<String, Value> point : own.points()) {
        if (own.has(name, point)) {
          List<String> line = new ArrayList<>(List.of(name));
          point.values().forEach(value -> line.add(value.text()));
          own.columns().forEach(column -> line.add(text(own, name, point, column)));
          lines.add(line);
        }
      }
    }
    page.foldedTable("Every figure of %s".formatted(own.experiment().name()), columns, lines);
  }

  private static String text(
      Findings own, String name, SequencedMap<String, Value> point, String column) {
    Optional<AcrossSeeds> figure = own.figure(name, point, column);
    return figure.map(AcrossSeeds::text).orElse(NOTHING);
  }

  private static <T> List<List<String>> lines(List<T> things, Function<T, List<String>> line) {
    return things.stream().map(line).toList();
  }
}
