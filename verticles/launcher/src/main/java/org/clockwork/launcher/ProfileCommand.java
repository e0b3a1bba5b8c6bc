package org.clockwork.launcher;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.clockwork.gpunative.nvml.GpuProbe.Survey;
import org.clockwork.launcher.config.UnusableException;
import org.clockwork.launcher.machine.Checks;
import org.clockwork.launcher.machine.GpuUnit;
import org.clockwork.launcher.machine.Item;
import org.clockwork.launcher.machine.Level;
import org.clockwork.launcher.machine.Machine;
import org.clockwork.launcher.machine.MachineReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code clockwork profile [check|unit]}: the machine, as Clockwork sees it. */
@Command(
    name = "profile",
    description =
        "Says what this machine is. With check, whether it is set as Clockwork needs it, item by"
            + " item and with the command that mends each: exit code 1 on any that is to be mended."
            + " With unit, a systemd unit that sets the GPUs at every start of the machine.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ProfileCommand implements Callable<Integer> {
  private static final int AS_WANTED = 0;
  private static final int TO_BE_MENDED = 1;

  @Parameters(
      paramLabel = "check|unit",
      arity = "0..1",
      description = "Look at every setting, or print the unit; without, say what is here.")
  private Optional<String> task = Optional.empty();

  @Mixin private ConfFolder conf;

  @Mixin private JsonResult json;

  @Spec private CommandSpec spec;

  private final Optional<Machine> other;

  /** Of the machine that it runs on. */
  ProfileCommand() {
    this.other = Optional.empty();
  }

  /** Of another one, whose settings {@code --conf} replaces. */
  public ProfileCommand(Machine machine) {
    this.other = Optional.of(machine);
  }

  @Override
  public Integer call() {
    json.check();
    Machine machine = machine();
    return switch (task.orElse("")) {
      case "" -> describe(machine);
      case "check" -> check(machine);
      case "unit" -> unit(machine);
      case String unknown ->
          throw new UnusableException(
              "profile %s: expected check, unit or nothing".formatted(unknown));
    };
  }

  private Machine machine() {
    if (other.isEmpty()) {
      return Machine.here(conf.folder());
    }
    return conf.named() ? other.get().with(conf.folder()) : other.get();
  }

  private int describe(Machine machine) {
    Map<String, String> told = MachineReport.machine(machine, machine.gpus().survey());
    say(MachineReport.text(told));
    json.write(MachineReport.json(told));
    return AS_WANTED;
  }

  private int check(Machine machine) {
    Survey survey = machine.gpus().survey();
    List<Item> items = Checks.of(machine, survey);
    say(MachineReport.text(items));
    json.write(MachineReport.json(items));
    return MachineReport.count(items, Level.FAIL) == 0 ? AS_WANTED : TO_BE_MENDED;
  }

  private int unit(Machine machine) {
    spec.commandLine().getOut().print(GpuUnit.text(machine.gpus().survey()));
    spec.commandLine().getOut().flush();
    return AS_WANTED;
  }

  private void say(String text) {
    PrintWriter out = json.people();
    out.print(text);
    out.flush();
  }
}
