package org.clockwork.core.workload;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A workload that can be asked for by name: what it takes, what it offers and how it is made. */
public final class WorkloadKind {
  private final String name;
  private final List<Parameter> parameters;
  private final String offers;
  private final Recipe recipe;

  /** From the parameters to the load. */
  interface Recipe {
    Workload make(String name, Parameters parameters, Choices choices);
  }

  WorkloadKind(String name, List<Parameter> parameters, String offers, Recipe recipe) {
    this.name = name;
    this.parameters = List.copyOf(parameters);
    this.offers = offers;
    this.recipe = recipe;
  }

  public String name() {
    return name;
  }

  /** One line for {@code client -h}: what load it offers. */
  public String offers() {
    return offers;
  }

  /** The name and its parameters; those that may be left out in brackets, with their default. */
  public String usage() {
    return Stream.concat(Stream.of(name), parameters.stream().map(Parameter::usage))
        .collect(Collectors.joining(" "));
  }

  /** What {@code client WORKLOAD -h} says: the usage, what it offers, what each parameter means. */
  public String help() {
    StringBuilder help = new StringBuilder("client " + usage() + "\n  " + offers);
    int widest = parameters.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    for (Parameter parameter : parameters) {
      help.append("\n  ")
          .append(parameter.name())
          .repeat(' ', 2 + widest - parameter.name().length())
          .append(parameter.expected());
    }
    return help.toString();
  }

  /**
   * The workload with these parameters, as they stood on the command line.
   *
   * @throws IllegalArgumentException naming what is wrong with the parameters and what is expected
   */
  public Workload with(List<String> given, Choices choices) {
    return recipe.make(name, Parameters.parse(usage(), parameters, given), choices);
  }
}
