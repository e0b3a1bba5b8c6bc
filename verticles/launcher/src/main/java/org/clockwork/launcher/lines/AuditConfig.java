package org.clockwork.launcher.lines;

/**
 * Where changes are recorded, and what that may take.
 *
 * @param file in the log folder; the current one has {@code .0} before its ending, those set aside
 *     {@code .1} and up. Empty: none
 * @param rotateBytes a file of this size is set aside: 16 MiB, some 80,000 changes
 * @param filesKept all of them together: 10, so that they take at most 160 MiB
 */
public record AuditConfig(String file, int rotateBytes, int filesKept) {
  public static final AuditConfig DEFAULT = new AuditConfig("clockwork_audit.jsonl", 16 << 20, 10);

  public AuditConfig {
    if (rotateBytes < 1 || filesKept < 1 || file.contains("%")) {
      throw new IllegalArgumentException(
          "audit: rotateBytes=%d and filesKept=%d must be positive, file='%s' without '%%'"
              .formatted(rotateBytes, filesKept, file));
    }
  }
}
