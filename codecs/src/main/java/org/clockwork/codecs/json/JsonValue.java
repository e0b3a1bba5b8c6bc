package org.clockwork.codecs.json;

import java.math.BigDecimal;
import java.util.List;

/** A JSON text as a tree in which every value knows where it was written. */
public sealed interface JsonValue {

  Position at();

  /** What it is, as a message calls it: {@code a number}. */
  String kind();

  record Obj(Position at, List<Member> members) implements JsonValue {
    public Obj {
      members = List.copyOf(members);
    }

    @Override
    public String kind() {
      return "an object";
    }
  }

  /** One entry of an object, in the order of the text; {@code at} is where its key stands. */
  record Member(String key, Position at, JsonValue value) {}

  record Arr(Position at, List<JsonValue> elements) implements JsonValue {
    public Arr {
      elements = List.copyOf(elements);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  record Str(Position at, String value) implements JsonValue {
    @Override
    public String kind() {
      return "a string";
    }
  }

  /** Kept exactly as written: 0.1 stays 0.1, and 2^53 + 1 stays what it is. */
  record Num(Position at, BigDecimal value) implements JsonValue {
    @Override
    public String kind() {
      return "a number";
    }
  }

  record Bool(Position at, boolean value) implements JsonValue {
    @Override
    public String kind() {
      return value ? "true" : "false";
    }
  }

  record Null(Position at) implements JsonValue {
    @Override
    public String kind() {
      return "null";
    }
  }
}
