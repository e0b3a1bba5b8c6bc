package org.clockwork.controller.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.clockwork.controller.usage.TenantUsage;

/** Shows tenants' accounts as metrics, each from when it is opened. */
final class TenantMeters implements Consumer<TenantUsage> {
  private final MeterRegistry registry;

  TenantMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void accept(TenantUsage usage) {
    Tags tenant = Tags.of("tenant", usage.tenant());
    for (TenantUsage.Ending ending : TenantUsage.Ending.values()) {
      counter(
          "requests",
          "Requests of a tenant, by how they ended",
          tenant.and("result", ending.name().toLowerCase(Locale.ROOT)),
          usage,
          counted -> counted.requests(ending));
    }
    counter("rows", "Rows of a tenant that were answered", tenant, usage, TenantUsage::rows);
    counter(
        "exec.seconds",
        "Time that devices executed for a tenant; a batch's is divided by rows",
        tenant,
        usage,
        TenantUsage::execSeconds);
    counter(
        "cold.starts",
        "Requests of a tenant that came while no GPU held their model",
        tenant,
        usage,
        TenantUsage::coldStarts);
  }

  private void counter(
      String name,
      String description,
      Tags tags,
      TenantUsage usage,
      ToDoubleFunction<TenantUsage> figure) {
    FunctionCounter.builder("clockwork.tenant." + name, usage, figure)
        .description(description)
        .tags(tags)
        .register(registry);
  }
}
