package org.clockwork.gpunative.compiled;

/** Notes what is wrong with a plan that could be read, by the path of the field. */
final class PlanFindings {
  private final CompiledModel model;
  private final Findings findings;

  PlanFindings(CompiledModel model, Findings findings) {
    this.model = model;
    this.findings = findings;
  }

  /**
   * Notes one thing.
   *
   * @param message with the value in it, and what was expected
   */
  void note(String field, String message) {
    findings.note("%s: '%s' %s".formatted(model.file(CompiledModel.PLAN_FILE), field, message));
  }

  void aligned(String field, long offset) {
    if (offset % model.align() != 0) {
      note(field, "is %d; expected a multiple of 'align', %d".formatted(offset, model.align()));
    }
  }

  /** Whether an extent has bytes and lies inside its area; that it is aligned is noted as well. */
  boolean inside(String field, Extent extent, long areaBytes) {
    aligned(field, extent.offset());
    if (extent.bytes() == 0) {
      note(field, "has 0 bytes");
      return false;
    }
    if (extent.end() > areaBytes) {
      note(
          field,
          "has %d bytes at offset %d, which end at %d; the area has %d"
              .formatted(extent.bytes(), extent.offset(), extent.end(), areaBytes));
      return false;
    }
    return true;
  }
}
