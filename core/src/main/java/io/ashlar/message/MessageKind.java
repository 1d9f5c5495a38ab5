package io.ashlar.message;

/** The kinds of messages, each with its stable number on the wire. */
public enum MessageKind {
  REFUSED(1, Refused.class),
  PING(2, Ping.class),
  PONG(3, Pong.class),
  GET_ROLE_STATUS(4, GetRoleStatus.class),
  ROLE_STATUS(5, RoleStatus.class),
  REGISTER_WORKER(6, RegisterWorker.class),
  WORKER_REGISTERED(7, WorkerRegistered.class),
  GET_CLUSTER_VIEW(8, GetClusterView.class),
  CLUSTER_VIEW(9, ClusterView.class),
  RECRUIT_SEQUENCER(10, RecruitSequencer.class),
  RECRUIT_READ_VERSION_PROXY(11, RecruitReadVersionProxy.class),
  RECRUIT_COMMIT_PROXY(12, RecruitCommitProxy.class),
  RECRUIT_RESOLVER(13, RecruitResolver.class),
  RECRUIT_LOG(14, RecruitLog.class),
  RECRUIT_STORAGE(15, RecruitStorage.class),
  RECRUITED(16, Recruited.class),
  GET_COMMIT_VERSION(17, GetCommitVersion.class),
  COMMIT_VERSION(18, CommitVersion.class),
  GET_LIVE_VERSION(19, GetLiveVersion.class),
  LIVE_VERSION(20, LiveVersion.class),
  REPORT_COMMITTED(21, ReportCommitted.class),
  GET_READ_VERSION(22, GetReadVersion.class),
  READ_VERSION(23, ReadVersion.class),
  COMMIT_TRANSACTION(24, CommitTransaction.class),
  TRANSACTION_COMMITTED(25, TransactionCommitted.class),
  GET_KEY_LOCATIONS(26, GetKeyLocations.class),
  KEY_LOCATIONS(27, KeyLocations.class),
  RESOLVE_BATCH(28, ResolveBatch.class),
  BATCH_RESOLVED(29, BatchResolved.class),
  PUSH_LOG(30, PushLog.class),
  LOG_PUSHED(31, LogPushed.class),
  CONFIRM_EPOCH(32, ConfirmEpoch.class),
  EPOCH_CONFIRMED(33, EpochConfirmed.class),
  LOCK_LOG(34, LockLog.class),
  LOG_LOCKED(35, LogLocked.class),
  PEEK_LOG(36, PeekLog.class),
  LOG_PEEKED(37, LogPeeked.class),
  POP_LOG(38, PopLog.class),
  LOG_POPPED(39, LogPopped.class),
  GET_LOG_STATE(40, GetLogState.class),
  LOG_STATE(41, LogState.class),
  GET_VALUES(42, GetValues.class),
  VALUES(43, Values.class),
  GET_KEY(44, GetKey.class),
  KEY_RESOLVED(45, KeyResolved.class),
  GET_RANGE(46, GetRange.class),
  RANGE_READ(47, RangeRead.class),
  WATCH_VALUE(48, WatchValue.class),
  WATCH_FIRED(49, WatchFired.class),
  GET_STORAGE_STATE(50, GetStorageState.class),
  STORAGE_STATE(51, StorageState.class),
  READ_REGISTER(52, ReadRegister.class),
  REGISTER_READ(53, RegisterRead.class),
  WRITE_REGISTER(54, WriteRegister.class),
  REGISTER_WRITTEN(55, RegisterWritten.class),
  NOMINATE(56, Nominate.class),
  NOMINEE(57, Nominee.class),
  HEARTBEAT(58, Heartbeat.class),
  HEARTBEAT_TAKEN(59, HeartbeatTaken.class),
  GET_LEADER(60, GetLeader.class),
  FOUND_SET(61, FoundSet.class),
  SET_FOUNDERS(62, SetFounders.class),
  RESIGNED(63, Resigned.class);

  private final int number;
  private final Class<? extends Message> type;

  MessageKind(int number, Class<? extends Message> type) {
    this.number = number;
    this.type = type;
  }

  /** The stable number on the wire. */
  public int number() {
    return number;
  }

  public Class<? extends Message> type() {
    return type;
  }
}
