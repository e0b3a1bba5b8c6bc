package org.clockwork.gpunative.onnx;

/** What about a model keeps it from being served; whoever knows the file's name adds it. */
final class UnusableModel extends Exception {
  private static final long serialVersionUID = 1;

  UnusableModel(String reason) {
    super(reason);
  }
}
