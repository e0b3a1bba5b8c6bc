package org.clockwork.core.workload;

/** Everything that can happen to a load engine. */
public sealed interface LoadEvent {

  /** The workload's models can be asked for: the run starts now. */
  record ModelsReady() implements LoadEvent {}

  /** What became of a request that went out; brought once for each. */
  record Answered(Offer offer, Ending ending) implements LoadEvent {}

  /** The time asked for by {@link LoadCommands#wakeAt} has come. */
  record WakeUp() implements LoadEvent {}

  /** Nothing new from now on; what is outstanding is awaited. */
  record Stop() implements LoadEvent {}
}
