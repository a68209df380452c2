#!/bin/sh
# Stops every process of a register once its supervisor is gone, however it went: the supervisor holds the other end of this
# script's standard input and never writes to it, so the end of input means the end of the supervisor.
# A line of the register reads: phase pid signal seconds started name [engine container]

# When a process began, which tells it from a later one under the same number. Nothing for one that is gone or a zombie.
started() {
    if [ -d /proc/self ]; then
        stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
        set -- ${stat##*) }
        [ "$1" = Z ] || echo "${20}"
    else
        LC_ALL=C TZ=UTC ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_'
    fi
}

stop_phase() {
    longest=0
    while read -r phase pid signal seconds began name engine container; do
        if [ "$phase" = "$1" ] && [ "$(started "$pid")" = "$began" ]; then
            kill -s "$signal" "$pid" 2>/dev/null
            [ "$seconds" -gt "$longest" ] && longest=$seconds
        fi
    done < "$register"

    ticks=$((longest * 10))
    while [ "$ticks" -gt 0 ]; do
        alive=
        while read -r phase pid signal seconds began name engine container; do
            [ "$phase" = "$1" ] && [ "$(started "$pid")" = "$began" ] && alive=yes
        done < "$register"
        [ -z "$alive" ] && break
        sleep 0.1
        ticks=$((ticks - 1))
    done

    while read -r phase pid signal seconds began name engine container; do
        if [ "$phase" = "$1" ] && [ "$(started "$pid")" = "$began" ]; then
            kill -s KILL -- "-$pid" 2>/dev/null || kill -s KILL "$pid" 2>/dev/null
        fi
        # A container outlives a client that was killed.
        [ "$phase" = "$1" ] && [ -n "$container" ] && "$engine" rm --force --volumes "$container" >/dev/null 2>&1 </dev/null
    done < "$register"
}

main() {
    register=$1
    trap '' HUP INT TERM
    while read -r _; do :; done
    [ -s "$register" ] && for number in 1 2 3; do stop_phase "$number"; done
    rm -f "$register"
}

main "$@"
exit
