#!/usr/bin/env bash
# A real Kafka and three nodes on loopback, for people to try: cluster.sh REGENT KAFKA_JARS. Called by ./dev cluster.
# Everything lives in a temporary directory; Ctrl-C stops what was started here, by its process id, and removes it.
set -euo pipefail

regent=$1 jars=$2
broker=127.0.0.1:19092 controller=127.0.0.1:19093
work=$(mktemp -d -t regent-cluster.XXXXXX)
declare -A started # process ids, by name
watchers=()

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() { printf './dev cluster: %s\n' "$*" >&2; exit 1; }
listens() { (exec 3<>"/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null; }

stop() {
  trap '' INT TERM
  local name
  # The nodes first: they take their leave of a Kafka that is still there.
  for name in node-1 node-2 node-3 kafka; do
    [ -n "${started[$name]:-}" ] || continue
    kill -TERM "${started[$name]}" 2>/dev/null || continue
    wait "${started[$name]}" 2>/dev/null || true
  done
  [ ${#watchers[@]} = 0 ] || kill "${watchers[@]}" 2>/dev/null || true
  rm -rf "$work"
  say "Stopped, and $work is gone"
}

# Starts the rest as $1, its output in $work/$1.log, out of the reach of the terminal's Ctrl-C.
start() {
  local name=$1
  shift
  setsid "$@" </dev/null >>"$work/$name.log" 2>&1 &
  started[$name]=$!
}

await() { # NAME ADDRESS
  local deadline=$((SECONDS + 60))
  until listens "$2"; do
    kill -0 "${started[$1]}" 2>/dev/null || { tail -n 20 "$work/$1.log" >&2; die "$1 ended"; }
    [ "$SECONDS" -lt "$deadline" ] || { tail -n 20 "$work/$1.log" >&2; die "$1 does not listen on $2"; }
    sleep 0.1
  done
}

start_kafka() {
  cat >"$work/kafka.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@$controller
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://$broker,CONTROLLER://$controller
advertised.listeners=PLAINTEXT://$broker
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$work/kafka
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
END
  java -cp "$jars/*" kafka.tools.StorageTool format -t AAAAAAAAAAAAAAAAAAAAAQ -c "$work/kafka.properties" \
    >"$work/format.log" 2>&1 || { cat "$work/format.log" >&2; die "Kafka's storage was not formatted"; }
  start kafka java -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp "$jars/*" kafka.Kafka "$work/kafka.properties"
  await kafka "$broker"
}

start_node() { # NUMBER
  cat >"$work/node-$1.properties" <<END
regent.node.id=node-$1
regent.data.dir=$work/node-$1
regent.grpc.listener=127.0.0.1:5005$1
listeners=http://127.0.0.1:808$1
kafkastore.bootstrap.servers=PLAINTEXT://$broker
END
  start "node-$1" "$regent" serve --config "$work/node-$1.properties"
}

# Prints what the nodes say of the election.
announce() {
  local name
  for name in node-1 node-2 node-3; do
    tail -n +1 -F "$work/$name.log" 2>/dev/null \
      > >(sed -u -n "s/.*\] \(Primary of epoch .*\|Resigned as primary\.\|Deposed by .*\)/    $name: \1/p") &
    watchers+=($!)
  done
}

for address in "$broker" "$controller" 127.0.0.1:5005{1,2,3} 127.0.0.1:808{1,2,3}; do
  ! listens "$address" || die "something already listens on $address; stop it first"
done
trap stop EXIT
trap 'exit 0' INT TERM
say "Starting Kafka on $broker, and three nodes; their files and logs are in $work"
start_kafka
for number in 1 2 3; do start_node "$number"; done
for number in 1 2 3; do await "node-$number" "127.0.0.1:5005$number"; done
announce
export REGENT_SERVER=127.0.0.1:50051,127.0.0.1:50052,127.0.0.1:50053
say "regent register orders-value docs/samples/order.avsc"
"$regent" register orders-value docs/samples/order.avsc
say "Three nodes serve one registry. In another terminal, from $PWD:"
cat <<END
    alias regent=$regent
    export REGENT_SERVER=$REGENT_SERVER
    regent get orders-value latest                         # any node answers
    regent cluster status                                  # the nodes, who is primary, whether writes are accepted
    curl -s http://127.0.0.1:8083/subjects                 # over REST as well
    regent register tour-value docs/samples/order.avsc     # whoever is asked hands it to the primary

  Kill the primary:
END
for number in 1 2 3; do printf '    kill -9 %s   # node-%s\n' "${started[node-$number]}" "$number"; done
cat <<END
    regent get orders-value latest                         # reads go on
    regent register after-the-kill docs/samples/order.avsc # waits for the next primary: six seconds at most
    regent serve --config $work/node-1.properties          # brings node 1 back, as a follower

  Or kill Kafka, and bring it back; reads go on, and known registrations; writes come back by themselves:
    kill -9 ${started[kafka]}
    java -cp '$jars/*' kafka.Kafka $work/kafka.properties

  Instead of -9 a plain kill hands over first, and a registration does not notice; 'regent cluster transfer' moves the
  office and stops nobody. Ctrl-C here stops everything. The nodes' own logs are $work/node-*.log.
END
# Until Ctrl-C; whatever else ends is told and is no reason to stop: that is what there is to see.
while [ ${#started[@]} -gt 0 ]; do
  wait -n 2>/dev/null || true
  for name in "${!started[@]}"; do
    kill -0 "${started[$name]}" 2>/dev/null && continue
    printf '    %s ended\n' "$name"
    unset "started[$name]"
  done
done
