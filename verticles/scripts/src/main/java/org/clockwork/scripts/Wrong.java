package org.clockwork.scripts;

/** A call of the host that can't be carried out; becomes an error in the script's own language. */
final class Wrong extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  enum Kind {
    /** TypeError in both languages. */
    TYPE("TypeError"),
    /** RangeError in JavaScript, ValueError in Python. */
    RANGE("RangeError"),
    /** Error in JavaScript, RuntimeError in Python. */
    OTHER("Error");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private Wrong(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  static Wrong type(String message) {
    return new Wrong(Kind.TYPE, message);
  }

  static Wrong range(String message) {
    return new Wrong(Kind.RANGE, message);
  }

  static Wrong other(String message) {
    return new Wrong(Kind.OTHER, message);
  }

  /** As the preludes understand it: the kind of error, then what it says. */
  String text() {
    return kind.word + ": " + getMessage();
  }
}
