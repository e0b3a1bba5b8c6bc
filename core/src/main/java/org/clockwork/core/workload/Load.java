package org.clockwork.core.workload;

/**
 * What a client plays: told what happens, it says which request goes out when. Has one owner, no
 * clock and no thread.
 */
public interface Load {

  void on(LoadEvent event, long nowNanos, LoadCommands out);
}
