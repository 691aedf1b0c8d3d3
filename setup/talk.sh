# Sourced by ./demo and setup/install: what takes long says how far it is.

# 75 -> "1:15"
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# The steps that ninja has done and has in all, read off its output.
ninja_steps() { tail -c 8192 "$1" | tr '\r' '\n' | sed -n 's|^\[\([0-9]*\)/\([0-9]*\)\].*|\1 \2|p' | tail -n 1; }

# "building: 40 of 97, 1:10 so far, about 1:40 left"; the first steps are the longest ones and tell nothing yet.
how_far() {
  local label=$1 steps=$2 log=$3 seconds=$4 done total
  read -r done total <<<"$($steps "$log" 2>/dev/null)" || true
  printf '%s: ' "$label"
  [ "${done:-0}" -eq 0 ] || printf '%d of %d, ' "$done" "$total"
  printf '%s so far' "$(clock "$seconds")"
  [ $((${done:-0} * 4)) -le "${total:-0}" ] || printf ', about %s left' "$(clock $((seconds * (total - done) / done)))"
}

# At a terminal one line that is redrawn, elsewhere a line every ten seconds.
tell_how_far() {
  local begun=$SECONDS told=$SECONDS
  while sleep 1 >/dev/null 2>&1; do
    if [ -t 1 ]; then
      printf '\r\033[K  %s' "$(how_far "$@" $((SECONDS - begun)))"
    elif [ $((SECONDS - told)) -ge 10 ]; then
      printf '  %s\n' "$(how_far "$@" $((SECONDS - begun)))"
      told=$SECONDS
    fi
  done
}

# watched LABEL STEPS LOG COMMAND...: the command with its output in LOG; STEPS LOG prints "done total" or nothing.
watched() {
  local label=$1 steps=$2 log=$3 begun=$SECONDS status=0 watcher
  shift 3
  : >"$log"
  tell_how_far "$label" "$steps" "$log" &
  watcher=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  [ ! -t 1 ] || printf '\r\033[K'
  [ "$status" -ne 0 ] || printf '  %s: done in %s\n' "$label" "$(clock $((SECONDS - begun)))"
  return "$status"
}
