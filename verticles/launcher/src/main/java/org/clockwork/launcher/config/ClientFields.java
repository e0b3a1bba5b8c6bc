package org.clockwork.launcher.config;

import org.clockwork.client.ClientConfig;
import org.clockwork.codecs.json.JsonFields;

/** The keys of {@code client.json}. */
final class ClientFields {
  private ClientFields() {}

  static ClientConfig read(JsonFields fields) {
    ClientConfig defaults = ClientConfig.DEFAULT;
    ClientConfig config =
        new ClientConfig(
            fields.flag("disableInputs").orElse(defaults.disableInputs()),
            fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(defaults.seed()));
    fields.refuseOthers();
    return config;
  }
}
