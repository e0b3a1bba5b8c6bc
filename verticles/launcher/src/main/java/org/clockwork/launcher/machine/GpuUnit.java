package org.clockwork.launcher.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.clockwork.gpunative.nvml.Gpu;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;

/** A systemd unit that sets the GPUs at every start of the machine: they forget it. */
public final class GpuUnit {
  /** The name to install it under. */
  private static final String NAME = "nvidia-clockwork.service";

  private GpuUnit() {}

  /** With the highest clocks of each GPU that tells them. */
  public static String text(Survey survey) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "# ./clockwork profile unit | sudo tee /etc/systemd/system/" + NAME,
                "# sudo systemctl enable --now " + NAME,
                "[Unit]",
                "Description=Settings of the GPUs for Clockwork",
                "",
                "[Service]",
                "Type=oneshot",
                "RemainAfterExit=yes",
                "ExecStart=nvidia-smi -pm 1",
                "ExecStart=nvidia-smi -c 3",
                "# GPUs that have no auto boost, or take no clocks, say so and are none the worse.",
                "ExecStart=-nvidia-smi --auto-boost-default=DISABLED"));
    if (survey instanceof Survey.Found found) {
      found.gpus().forEach(gpu -> lines.addAll(clocks(gpu)));
    }
    lines.addAll(List.of("", "[Install]", "WantedBy=multi-user.target", ""));
    return String.join("\n", lines);
  }

  private static List<String> clocks(Gpu gpu) {
    OptionalInt graphics = gpu.graphics().maxMegahertz();
    OptionalInt memory = gpu.memory().maxMegahertz();
    if (graphics.isEmpty() || memory.isEmpty()) {
      return List.of();
    }
    return List.of(
        "ExecStart=-nvidia-smi -i %d -ac %d,%d"
            .formatted(gpu.index(), memory.getAsInt(), graphics.getAsInt()),
        "ExecStart=-nvidia-smi -i %d -lgc %d".formatted(gpu.index(), graphics.getAsInt()));
  }
}
