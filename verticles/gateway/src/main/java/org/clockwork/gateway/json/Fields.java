package org.clockwork.gateway.json;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.clockwork.core.gateway.Shown;

/**
 * Reads the fields of one JSON object, each with the type that is expected of it.
 *
 * @param where the object is, as a prefix of field names in messages: {@code inputs[0].}
 */
public record Fields(JsonObject json, String where) {

  /** The body of a message, which a client may have sent in any form. */
  public static Fields of(Object body) throws MalformedException {
    if (body instanceof JsonObject json) {
      return new Fields(json, "");
    }
    throw new MalformedException(
        "the message is %s; a JSON object is expected".formatted(kind(body)));
  }

  /** A field that nobody reads is most likely a misspelt one, and silence would hide it. */
  public void allow(String... known) throws MalformedException {
    TreeSet<String> unknown = new TreeSet<>(json.fieldNames());
    unknown.removeAll(List.of(known));
    if (!unknown.isEmpty()) {
      throw new MalformedException(
          "field %s is unknown; known are %s"
              .formatted(Shown.text(where + unknown.first()), Arrays.toString(known)));
    }
  }

  public boolean has(String field) {
    return json.getValue(field) != null;
  }

  public String text(String field) throws MalformedException {
    return optionalText(field).orElseThrow(() -> missing(field, "a string"));
  }

  public Optional<String> optionalText(String field) throws MalformedException {
    Object value = json.getValue(field);
    if (value == null || value instanceof String) {
      return Optional.ofNullable((String) value);
    }
    throw wrong(field, value, "a string");
  }

  public Optional<Double> optionalNumber(String field) throws MalformedException {
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Number number) {
      return Optional.of(number.doubleValue());
    }
    throw wrong(field, value, "a number");
  }

  /** A number, 0 where there is none. */
  public double number(String field) throws MalformedException {
    return optionalNumber(field).orElse(0.0);
  }

  public int integer(String field, int otherwise, int least, int most) throws MalformedException {
    return (int) whole(field, otherwise, least, most);
  }

  /** The same where it may be larger. */
  public long whole(String field, long otherwise, long least, long most) throws MalformedException {
    Object value = json.getValue(field);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.longValue();
    }
    throw wrong(field, value, "an integer from %d to %d".formatted(least, most));
  }

  public JsonArray array(String field) throws MalformedException {
    Object value = json.getValue(field);
    if (value instanceof JsonArray array) {
      return array;
    }
    throw value == null ? missing(field, "an array") : wrong(field, value, "an array");
  }

  /** The object at that place of an array. */
  public Fields inside(String field, JsonArray array, int index) throws MalformedException {
    String element = "%s[%d]".formatted(field, index);
    if (array.getValue(index) instanceof JsonObject object) {
      return new Fields(object, where + element + ".");
    }
    throw wrong(element, array.getValue(index), "an object");
  }

  /** The object in that field; an empty one where there is none. */
  public Fields object(String field) throws MalformedException {
    Object value = json.getValue(field);
    if (value == null) {
      return new Fields(new JsonObject(), where + field + ".");
    }
    if (value instanceof JsonObject object) {
      return new Fields(object, where + field + ".");
    }
    throw wrong(field, value, "an object");
  }

  public boolean flag(String field, boolean otherwise) throws MalformedException {
    Object value = json.getValue(field);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw wrong(field, value, "true or false");
  }

  public MalformedException missing(String field, String expected) {
    return new MalformedException(
        "field '%s%s' is missing; %s is expected".formatted(where, field, expected));
  }

  public MalformedException wrong(String field, Object value, String expected) {
    return new MalformedException(
        "field '%s%s' is %s; %s is expected".formatted(where, field, kind(value), expected));
  }

  /** A value as a message shows it: short, whatever was sent. */
  public static String kind(Object value) {
    return switch (value) {
      case null -> "null";
      case JsonArray array -> "an array of " + array.size();
      case JsonObject object -> "an object of " + object.size() + " fields";
      case String text -> "the string " + Shown.text(text);
      case Number number -> Shown.number(number);
      case Boolean truth -> truth.toString();
      default -> "a " + value.getClass().getSimpleName();
    };
  }
}
