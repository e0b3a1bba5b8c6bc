package org.clockwork.codecs;

import io.vertx.core.shareddata.Shareable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.clockwork.codecs.wire.Families;
import org.clockwork.codecs.wire.Family;
import org.clockwork.codecs.wire.Parcel;

/**
 * What has passed between this process and others on the event bus, by family. A parcel counts as
 * the messages in it, with the family of the first; what stays in the process counts nowhere. From
 * any thread.
 */
public final class Traffic implements Shareable {
  private final Map<Family<?>, Flow> sent = new ConcurrentHashMap<>();
  private final Map<Family<?>, Flow> received = new ConcurrentHashMap<>();

  /** Since the process began. */
  public record Volume(long messages, long bytes) {
    public static final Volume NONE = new Volume(0, 0);

    public Volume minus(Volume earlier) {
      return new Volume(messages - earlier.messages, bytes - earlier.bytes);
    }
  }

  private static final class Flow {
    private final LongAdder messages = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    void add(Object message, int size) {
      messages.add(message instanceof Parcel parcel ? parcel.messages().size() : 1);
      bytes.add(size);
    }

    Volume volume() {
      return new Volume(messages.sum(), bytes.sum());
    }
  }

  /** Messages of this type that left for other processes. */
  public Volume sent(Class<?> type) {
    return volume(sent, type);
  }

  /** Messages of this type that came from other processes. */
  public Volume received(Class<?> type) {
    return volume(received, type);
  }

  void sent(Object message, int size) {
    flow(sent, message).add(message, size);
  }

  void received(Object message, int size) {
    flow(received, message).add(message, size);
  }

  private static Flow flow(Map<Family<?>, Flow> flows, Object message) {
    Object first = message instanceof Parcel parcel ? parcel.messages().getFirst() : message;
    return flows.computeIfAbsent(Families.of(first), _ -> new Flow());
  }

  private static Volume volume(Map<Family<?>, Flow> flows, Class<?> type) {
    for (Map.Entry<Family<?>, Flow> flow : flows.entrySet()) {
      if (flow.getKey().type().equals(type)) {
        return flow.getValue().volume();
      }
    }
    return Volume.NONE;
  }
}
