package org.clockwork.codecs.wire;

/**
 * One family of messages: a sealed interface of core with all its cases, or a single record.
 *
 * @param type what every message of the family is
 * @param name the family and the version of its form on the wire; nodes of different versions
 *     thereby notice each other
 * @param form how it is written for another process
 */
public record Family<T>(Class<T> type, String name, WireForm<T> form) {

  void write(WireWriter out, Object message) {
    form.write(out, type.cast(message));
  }
}
