package org.clockwork.benchmarks.peers;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A server that is compared: how it is installed and started as its manual says, and how a request
 * tells it of its deadline.
 */
interface Peer {
  /** Rows in a batch, at most, of each of them. */
  int LARGEST_BATCH = 8;

  List<Peer> ALL = List.of(new Ours(), Triton.byDefault(), Triton.refusing(), new MlServer());

  /** One word, for the command line and the table. */
  String name();

  /** What is special about it, for the table's legend. */
  String setting(Site site);

  /** Installs what is missing; says what is to be run. */
  Launch launch(Site site) throws IOException, InterruptedException;

  /**
   * What each request carries so that this server knows its deadline; empty where it knows none.
   */
  Map<String, Long> parameters(Site site);

  /** Whether its REST door takes and gives tensors as bytes behind the JSON. */
  boolean hasBinaryRest();

  /** A process: its command line, and what is laid over the environment. */
  record Launch(List<String> command, Map<String, String> environment) {
    public Launch {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }
  }
}
