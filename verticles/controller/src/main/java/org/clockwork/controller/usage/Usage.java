package org.clockwork.controller.usage;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.clockwork.core.request.Request;
import org.clockwork.core.telemetry.Telemetry;

/**
 * Keeps account of what each tenant has had. Has one owner, the thread that reads the telemetry.
 *
 * <p>Tenants' names come from outside, so they are bounded: those that come when there are as many
 * as there may be share one account, {@link #OTHERS}. Nobody loses an account again, so that no
 * figure ever falls.
 */
public final class Usage implements Consumer<Telemetry> {
  /** In the place of the name of those who share one account. */
  public static final String OTHERS = "(others)";

  private final int tenantsMax;
  private final Consumer<TenantUsage> listener;
  private final ExecShares shares = new ExecShares();
  private final Map<String, TenantUsage> tenants = new TreeMap<>();

  /**
   * @param tenantsMax that have an account of their own, some 600 bytes and ten metrics each; above
   *     0
   * @param listener hears of each account when it is opened
   */
  public Usage(int tenantsMax, Consumer<TenantUsage> listener) {
    if (tenantsMax < 1) {
      throw new IllegalArgumentException("usageTenants=" + tenantsMax + " must be above 0");
    }
    this.tenantsMax = tenantsMax;
    this.listener = listener;
    of(Request.DEFAULT_TENANT); // Its figures stand from the start.
  }

  @Override
  public void accept(Telemetry event) {
    switch (event) {
      case Telemetry.ActionSent sent -> shares.sent(sent);
      case Telemetry.ActionEnded ended -> shares.ended(ended);
      case Telemetry.RequestEnded ended -> {
        TenantUsage tenant = of(ended.request().tenant());
        tenant.ended(ended);
        shares.ended(ended.request().id(), tenant);
      }
    }
  }

  /** By name. */
  public Collection<TenantUsage> tenants() {
    return tenants.values();
  }

  private TenantUsage of(String tenant) {
    TenantUsage known = tenants.get(tenant);
    return known != null ? known : open(tenants.size() < tenantsMax ? tenant : OTHERS);
  }

  private TenantUsage open(String tenant) {
    return tenants.computeIfAbsent(
        tenant,
        name -> {
          TenantUsage opened = new TenantUsage(name);
          listener.accept(opened);
          return opened;
        });
  }
}
