package org.clockwork.gpunative.compiled;

import java.util.List;

/** Checks that tensors fit their pages and share no byte. */
final class WeightsCheck {
  private final Weights weights;
  private final int pageBytes;
  private final PlanFindings findings;

  private WeightsCheck(CompiledModel model, PlanFindings findings) {
    this.weights = model.weights();
    this.pageBytes = model.pageBytes();
    this.findings = findings;
  }

  static void check(CompiledModel model, PlanFindings findings) {
    new WeightsCheck(model, findings).check();
  }

  private void check() {
    long pages = (weights.bytes() + pageBytes - 1) / pageBytes;
    if (weights.pages() != pages) {
      findings.note(
          "weights.pages",
          "is %d; %d bytes take %d".formatted(weights.pages(), weights.bytes(), pages));
    }
    WrittenBytes taken = new WrittenBytes();
    List<Weights.Tensor> tensors = weights.tensors();
    for (int i = 0; i < tensors.size(); i++) {
      String field = "weights.tensors[" + i + "]";
      if (tensors.get(i).id() != i) {
        findings.note(
            field + ".id", "is %d; expected its place, %d".formatted(tensors.get(i).id(), i));
      }
      tensor(field, tensors.get(i));
      Extent extent = tensors.get(i).extent(pageBytes);
      if (taken.touches(extent)) {
        findings.note(field, "lies at %s of the file, where another tensor lies".formatted(extent));
      }
      taken.write(extent);
    }
  }

  private void tensor(String field, Weights.Tensor tensor) {
    findings.aligned(field + ".offset", tensor.offset());
    if (tensor.bytes() != tensor.type().bytes()) {
      findings.note(
          field + ".bytes",
          "is %d; %s takes %d".formatted(tensor.bytes(), tensor.type(), tensor.type().bytes()));
    }
    if (tensor.bytes() == 0) {
      findings.note(field + ".bytes", "is 0");
    }
    if (tensor.bytes() > pageBytes && tensor.offset() != 0) {
      findings.note(
          field + ".offset",
          "is %d; a tensor larger than a page (%d bytes) begins at 0"
              .formatted(tensor.offset(), tensor.bytes()));
    }
    if (tensor.bytes() <= pageBytes && tensor.offset() + tensor.bytes() > pageBytes) {
      findings.note(
          field + ".offset",
          "is %d; %d bytes from there don't fit a page of %d"
              .formatted(tensor.offset(), tensor.bytes(), pageBytes));
    }
    Extent extent = tensor.extent(pageBytes);
    if (extent.end() > weights.bytes()) {
      findings.note(
          field + ".page",
          "is %d, so the tensor ends at %d; the file has %d bytes"
              .formatted(tensor.page(), extent.end(), weights.bytes()));
    }
  }
}
