package org.clockwork.gpunative.compiled;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What made the plan, and from which file. The plan's {@code options}, how the compiler was asked,
 * are for people: no reader takes anything from them.
 *
 * @param versions of the packages that had a say, by package
 */
public record Producer(String tool, Map<String, String> versions, String onnxSha256) {
  public Producer {
    versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
  }
}
