package org.clockwork.gateway.rest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.clockwork.gateway.board.BoardPage;
import org.clockwork.gateway.tokens.Access;

/**
 * What a path asks for.
 *
 * <p>Versions are as in the path, and empty where it names none.
 */
sealed interface Endpoint {

  /** A file of the dashboard. */
  record Page(String file) implements Endpoint {}

  /** What the dashboard shows, as it happens. */
  record Board() implements Endpoint {}

  /** The controller's figures. */
  record Metrics() implements Endpoint {}

  /** What became of a request. */
  record Explain(String request) implements Endpoint {}

  /** What each tenant has had. */
  record Usage() implements Endpoint {}

  record Health() implements Endpoint {}

  record Live() implements Endpoint {}

  record Ready() implements Endpoint {}

  record Server() implements Endpoint {}

  record Metadata(String model, String version) implements Endpoint {}

  record ModelReady(String model, String version) implements Endpoint {}

  record Config(String model, String version) implements Endpoint {}

  record Statistics(String model, String version) implements Endpoint {}

  record AllStatistics() implements Endpoint {}

  record Infer(String model, String version) implements Endpoint {}

  record Index() implements Endpoint {}

  record Load(String model, String version) implements Endpoint {}

  record Unload(String model, String version) implements Endpoint {}

  /** A model's folder comes as an archive. */
  record Upload(String model, String version) implements Endpoint {}

  record Trace() implements Endpoint {}

  record Logging() implements Endpoint {}

  /**
   * Of either kind, system or CUDA.
   *
   * @param region empty where all are meant
   * @param wish the last word of the path: what is wanted
   */
  record SharedMemory(String kind, String region, String wish) implements Endpoint {}

  /** What it takes to have it. */
  default Access access() {
    return switch (this) {
      // The page by itself says nothing: what it shows, it asks for.
      case Health _, Live _, Ready _, Page _ -> Access.OPEN;
      case Server _,
          Metadata _,
          ModelReady _,
          Config _,
          Index _,
          Statistics _,
          AllStatistics _,
          Trace _,
          Logging _ ->
          Access.KNOWN;
      case Infer _, SharedMemory _ -> Access.INFER;
      case Load _, Unload _ -> Access.LOAD;
      case Metrics _, Explain _, Usage _, Board _ -> Access.OBSERVE;
      case Upload _ -> Access.ADMIN;
    };
  }

  /** Whether it is asked for by POST, by GET, or by both. */
  default boolean takes(String method) {
    return switch (this) {
      case Infer _, Index _, Load _, Unload _, Upload _ -> method.equals("POST");
      case SharedMemory(String _, String _, String wish) ->
          method.equals(wish.equals("status") ? "GET" : "POST");
      case Trace _, Logging _ -> method.equals("POST") || method.equals("GET");
      case Page _,
          Board _,
          Metrics _,
          Explain _,
          Usage _,
          Health _,
          Live _,
          Ready _,
          Server _,
          Metadata _,
          ModelReady _,
          Config _,
          Statistics _,
          AllStatistics _ ->
          method.equals("GET");
    };
  }

  /** The endpoint of a path as it was sent, still encoded; empty where there is none. */
  static Optional<Endpoint> of(String path) {
    if (!path.startsWith("/")) {
      return Optional.empty(); // As "*".
    }
    List<String> words;
    try {
      words =
          Arrays.stream(path.substring(1).split("/", -1))
              .map(word -> URLDecoder.decode(word.replace("+", "%2B"), StandardCharsets.UTF_8))
              .toList();
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // A % without its digits.
    }
    return words.getFirst().equals("v2") ? of(words.subList(1, words.size())) : forOperators(words);
  }

  private static Optional<Endpoint> forOperators(List<String> words) {
    return switch (words.getFirst()) {
      case "" -> words.size() == 1 ? BoardPage.fileAt("").map(Page::new) : Optional.empty();
      case "board" -> words.size() == 2 ? board(words.get(1)) : Optional.empty();
      case "health" -> words.size() == 1 ? Optional.of(new Health()) : Optional.empty();
      case "metrics" -> words.size() == 1 ? Optional.of(new Metrics()) : Optional.empty();
      case "usage" -> words.size() == 1 ? Optional.of(new Usage()) : Optional.empty();
      case "explain" ->
          words.size() == 2 ? Optional.of(new Explain(words.get(1))) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Endpoint> board(String word) {
    return word.equals("stream") ? Optional.of(new Board()) : BoardPage.fileAt(word).map(Page::new);
  }

  private static Optional<Endpoint> of(List<String> words) {
    String first = words.isEmpty() ? "" : words.getFirst();
    return switch (first) {
      case "" -> words.size() < 2 ? Optional.of(new Server()) : Optional.empty();
      case "health" -> exact(words, "health", "live", new Live(), "ready", new Ready());
      case "models" ->
          words.equals(List.of("models", "stats"))
              ? Optional.of(new AllStatistics())
              : model(words.subList(1, words.size()));
      case "repository" -> repository(words.subList(1, words.size()));
      case "trace" ->
          words.equals(List.of("trace", "setting")) ? Optional.of(new Trace()) : Optional.empty();
      case "logging" -> words.size() == 1 ? Optional.of(new Logging()) : Optional.empty();
      case "systemsharedmemory", "cudasharedmemory" -> sharedMemory(first, words);
      default -> Optional.empty();
    };
  }

  private static Optional<Endpoint> exact(
      List<String> words, String first, String one, Endpoint ones, String other, Endpoint others) {
    return words.equals(List.of(first, one))
        ? Optional.of(ones)
        : words.equals(List.of(first, other)) ? Optional.of(others) : Optional.empty();
  }

  /** {@code NAME[/versions/VERSION][/WISH]}. */
  private static Optional<Endpoint> model(List<String> words) {
    if (words.isEmpty() || words.getFirst().isEmpty()) {
      return Optional.empty();
    }
    String name = words.getFirst();
    boolean versioned = words.size() >= 3 && words.get(1).equals("versions");
    String version = versioned ? words.get(2) : "";
    String wish = String.join("/", words.subList(versioned ? 3 : 1, words.size()));
    return switch (wish) {
      case "" -> Optional.of(new Metadata(name, version));
      case "ready" -> Optional.of(new ModelReady(name, version));
      case "config" -> Optional.of(new Config(name, version));
      case "stats" -> Optional.of(new Statistics(name, version));
      case "infer" -> Optional.of(new Infer(name, version));
      case "trace/setting" -> Optional.of(new Trace());
      default -> Optional.empty();
    };
  }

  private static Optional<Endpoint> repository(List<String> words) {
    if (words.equals(List.of("index"))) {
      return Optional.of(new Index());
    }
    return words.size() >= 3 && words.getFirst().equals("models") && !words.get(1).isEmpty()
        ? wish(words.get(1), words.subList(2, words.size()))
        : Optional.empty();
  }

  /** {@code [versions/VERSION/]WISH}. */
  private static Optional<Endpoint> wish(String model, List<String> words) {
    boolean versioned = words.size() == 3 && words.getFirst().equals("versions");
    if (!versioned && words.size() != 1) {
      return Optional.empty();
    }
    String version = versioned ? words.get(1) : "";
    return switch (words.getLast()) {
      case "load" -> Optional.of(new Load(model, version));
      case "unload" -> Optional.of(new Unload(model, version));
      case "upload" -> Optional.of(new Upload(model, version));
      default -> Optional.empty();
    };
  }

  /** {@code KIND/status}, {@code KIND/unregister}, {@code KIND/region/NAME/WISH}. */
  private static Optional<Endpoint> sharedMemory(String kind, List<String> words) {
    boolean region = words.size() == 4 && words.get(1).equals("region");
    String name = region ? words.get(2) : "";
    String wish = words.size() == 2 || !name.isEmpty() ? words.getLast() : "";
    return switch (wish) {
      case "status", "unregister" -> Optional.of(new SharedMemory(kind, name, wish));
      case "register" ->
          name.isEmpty() ? Optional.empty() : Optional.of(new SharedMemory(kind, name, wish));
      default -> Optional.empty();
    };
  }
}
