package org.clockwork.core.gateway;

import org.clockwork.core.action.ErrorCode;

/**
 * What is wrong with a submission: the client's to mend, and no decision of ours. The reason names
 * what was sent and what is expected.
 */
public sealed interface Rejection {

  ErrorCode code();

  String reason();

  record UnknownModel(String reason) implements Rejection {
    @Override
    public ErrorCode code() {
      return ErrorCode.UNKNOWN_MODEL;
    }
  }

  /** Names, types, shapes or sizes of tensors. */
  record BadTensor(String reason) implements Rejection {
    @Override
    public ErrorCode code() {
      return ErrorCode.INVALID_INPUT;
    }
  }

  /** No rows, or more than the model takes at once. */
  record BadBatch(String reason) implements Rejection {
    @Override
    public ErrorCode code() {
      return ErrorCode.INVALID_BATCH_SIZE;
    }
  }

  /** An objective that no clock could keep or that nobody can mean. */
  record BadObjective(String reason) implements Rejection {
    @Override
    public ErrorCode code() {
      return ErrorCode.INVALID_INPUT;
    }
  }

  /** Tenant or priority. */
  record BadSender(String reason) implements Rejection {
    @Override
    public ErrorCode code() {
      return ErrorCode.INVALID_INPUT;
    }
  }
}
