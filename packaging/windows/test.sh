#!/usr/bin/env bash
# Installs, starts, scrapes, reloads, stops and removes the released msi under
# Wine, and checks a simulated Lync estate there. Needs Debian's wine and
# gcc-mingw-w64-x86-64-win32; docs/windows.md says what Wine cannot show.
#
#   test.sh MSI NEXT-MSI
set -euo pipefail
msi=$(realpath "$1") next=$(realpath "$2")
cd "$(dirname "$0")/../.."

WINEPREFIX=$(mktemp -d)
export WINEPREFIX WINEDEBUG=-all
trap 'wineserver -k || true; rm -rf "$WINEPREFIX"' EXIT
data=$WINEPREFIX/drive_c/ProgramData/lync_exporter
exe='C:\Program Files\lync_exporter\lync_exporter.exe'
url=http://127.0.0.1:10077

fail() {
	echo "FAIL: $*" >&2
	cat "$WINEPREFIX/output" "$WINEPREFIX/events" "$data"/logs/* >&2 || true
	exit 1
}
quietly() { timeout 120 "$@" >"$WINEPREFIX/output" 2>&1; }
lync_exporter() { timeout 60 wine "$exe" "$@" 2>&1 | tr -d '\r'; }
says() {
	local want=$1 got
	shift
	got=$(lync_exporter "$@" || true)
	grep -q -- "$want" <<<"$got" || fail "lync_exporter $* says \"$got\", not \"$want\""
}
answers() { # PATH PATTERN, within some seconds
	local got
	for _ in $(seq 50); do
		got=$(curl -fsS -m 20 "$url$1" 2>/dev/null || true)
		grep -q -- "$2" <<<"$got" && return
		sleep 0.2
	done
	fail "$1 gives \"$got\", not \"$2\""
}

quietly wineboot --init || true
timeout 120 wineserver -w || true # until all of it is written
# Go asks for random bytes a library that Wine 8 does not have.
stub=$WINEPREFIX/bcryptprimitives
cat >"$stub.c" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size) { return SystemFunction036(data, (ULONG)size); }
C
library=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
[ -e "$library" ] || x86_64-w64-mingw32-gcc -shared -o "$library" "$stub.c" -ladvapi32
# Wine ends its services with the last program that is none. The first that runs
# prints what the services write to the event log.
WINEDEBUG=-all,+eventlog wine ping -n 1000 127.0.0.1 >"$WINEPREFIX/events" 2>&1 &
event() { # LEVEL TEXT; levels are those of Wine: err, warn, trace
	grep -aq "$1:eventlog:ReportEvent.*$2" "$WINEPREFIX/events" || fail "the event log has no \"$2\" of level $1"
}
registered() { # KEY VALUE PATTERN
	local got
	got=$(timeout 60 wine reg query "HKLM\\System\\CurrentControlSet\\Services\\$1" /v "$2" 2>/dev/null | tr -d '\r')
	grep -q -- "$3" <<<"$got" || fail "$2 of $1 is \"$got\", not \"$3\""
}

quietly wine msiexec /i "$msi" /qn || fail "the msi does not install"
answers /-/ready Ready
[ -e "$data/lync.yml" ] || fail "no first configuration"
grep -q 'level=info.*Listening' "$data"/logs/lync_exporter.log || fail "no log"
says "already running" service start
event trace 'Listening on'
registered lync_exporter ObjectName 'NT AUTHORITY.LocalService'
registered lync_exporter ImagePath '"C:.Program Files.lync_exporter.lync_exporter.exe" service run --config.auto-reload$'
registered 'EventLog\Application\lync_exporter' TypesSupported 0x7

printf 'timeout: 2s\ndomains: [contoso.example]\n' >"$data/lync.yml"
curl -fsS -X POST "$url/-/reload" >/dev/null || fail "no reload"
answers /sd contoso.example
answers /metrics '^lync_check_success{.*contoso.example'
printf 'domains: [\n' >"$data/lync.yml"
! curl -fsS -X POST "$url/-/reload" >/dev/null 2>&1 || fail "a configuration that is not valid is taken"
answers /metrics/self '^lync_exporter_config_last_reload_successful 0'
event err 'configuration not reloaded'

begun=$(date +%s%N)
says "is stopped" service stop
[ $((($(date +%s%N) - begun) / 1000000)) -lt 5000 ] || fail "the stop takes more than five seconds"
! curl -fsS "$url/-/ready" >/dev/null 2>&1 || fail "it still answers"
says "has stopped again" service start
grep -q 'lync.yml:' "$data"/logs/lync_exporter.log || fail "the log does not name the line"

printf 'domains: [contoso.example]\n' >"$data/lync.yml"
says "is installed" service install --web.listen-address=127.0.0.1:10078 --config.auto-reload
says "is running" service start
url=http://127.0.0.1:10078
answers /-/ready Ready
says "is stopped" service stop
says "is installed" service install # without flags: those stay
says "is running" service start
answers /-/ready Ready
registered lync_exporter ImagePath ' service run --web.listen-address=127.0.0.1:10078 --config.auto-reload$'
says "service start" service run

quietly wine msiexec /i "$next" /qn || fail "the next msi does not install"
grep -q contoso.example "$data/lync.yml" || fail "the next msi has changed the configuration"
quietly wine msiexec /x "$next" /qn || fail "the msi cannot be removed"
[ ! -e "$WINEPREFIX/drive_c/Program Files/lync_exporter/lync_exporter.exe" ] || fail "the program is still there"
[ -e "$data/lync.yml" ] || fail "removal took the configuration along"

go vet -tags wine ./packaging/windows
go test -tags wine -count=1 ./packaging/windows
