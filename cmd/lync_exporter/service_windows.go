package main

import (
	"context"
	_ "embed" // firstText
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
	"golang.org/x/sys/windows/svc"
	"golang.org/x/sys/windows/svc/eventlog"
	"golang.org/x/sys/windows/svc/mgr"
)

// serviceAccount is a built-in account with few rights, of which the exporter
// needs none: it reads its configuration and talks to the network.
const serviceAccount = `NT AUTHORITY\LocalService`

// firstText is a configuration without SIP domains.
//
//go:embed first.yml
var firstText string

// controlTimeout is how long a service may take to start or to stop.
const controlTimeout = 10 * time.Second

// dataFolder has the configuration and the log.
func dataFolder() string {
	data, err := windows.KnownFolderPath(windows.FOLDERID_ProgramData, 0)
	if err != nil {
		data = `C:\ProgramData`
	}
	return filepath.Join(data, serviceName)
}

func serviceConfigFile() string { return filepath.Join(dataFolder(), "lync.yml") }
func serviceLogFile() string    { return filepath.Join(dataFolder(), "logs", serviceName+".log") }

// runService serves under the service manager, which has started the process.
func runService(flags []string) error {
	log := openServiceLog(serviceLogFile())
	defer log.Close()
	args := append([]string{"serve"}, flags...)
	if !slices.ContainsFunc(flags, func(flag string) bool { return strings.HasPrefix(flag, "--config.file=") }) {
		args = append(args, "--config.file="+serviceConfigFile())
	}
	s := &service{args: args, log: log}
	if err := svc.Run(serviceName, s); err != nil {
		return fmt.Errorf("this command is for the service manager of Windows: %w; start the service with lync_exporter service start", err)
	}
	if s.status != exitOK {
		return exitStatus{code: s.status} // the log says why
	}
	return nil
}

// service answers the service manager.
type service struct {
	args   []string
	log    *serviceLog
	status int
}

func (s *service) Execute(_ []string, requests <-chan svc.ChangeRequest, changes chan<- svc.Status) (specific bool, code uint32) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, s.args, streams{s.log, s.log}) }()
	changes <- svc.Status{State: svc.Running, Accepts: svc.AcceptStop | svc.AcceptShutdown}
	for {
		select {
		case s.status = <-ended:
			return s.status != exitOK, uint32(s.status)
		case r := <-requests:
			switch r.Cmd {
			case svc.Interrogate:
				changes <- r.CurrentStatus
			case svc.Stop, svc.Shutdown:
				changes <- svc.Status{State: svc.StopPending, WaitHint: uint32((graceful + time.Second).Milliseconds())}
				stop()
			}
		}
	}
}

// installService makes the service start with Windows, after what is more
// urgent, and again when it fails.
func installService(flags []string) error {
	args := append([]string{"service", "run"}, flags...)
	if len(flags) == 0 {
		args = append(args, "--config.auto-reload") // no signal could ask for it
	}
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	if err := prepareFolders(); err != nil {
		return err
	}
	if err := firstConfiguration(serviceConfigFile()); err != nil {
		return err
	}
	m, err := connect()
	if err != nil {
		return err
	}
	defer m.Disconnect()
	c := mgr.Config{
		ServiceType:      windows.SERVICE_WIN32_OWN_PROCESS,
		StartType:        mgr.StartAutomatic,
		ErrorControl:     mgr.ErrorNormal,
		ServiceStartName: serviceAccount,
		DisplayName:      "Lync exporter",
		Description:      "Checks what the SIP domains of Lync, Skype for Business and Teams need and exposes it to Prometheus.",
	}
	s, err := m.OpenService(serviceName)
	if err == nil {
		if len(flags) == 0 {
			args = installedArguments(s, args)
		}
		c.BinaryPathName = commandLine(exe, args)
		err = known(s.UpdateConfig(c))
	} else {
		s, err = m.CreateService(serviceName, exe, c, args...)
	}
	if err != nil {
		return fmt.Errorf("the service cannot be installed: %w", err)
	}
	defer s.Close()
	if err := comeBack(s); err != nil {
		return fmt.Errorf("the service is installed, but will not be restarted when it fails: %w", err)
	}
	if err := startLate(s); err != nil {
		return fmt.Errorf("the service is installed, but will not leave what is more urgent the first minutes of Windows: %w", err)
	}
	return installEventSource()
}

// installedArguments are those that the service has, so that a new version of the
// program does not change its flags. The second are those of one that cannot be
// asked.
func installedArguments(s *mgr.Service, args []string) []string {
	const most = 8 << 10 // as much as Windows gives
	var answer [most]byte
	c := (*windows.QUERY_SERVICE_CONFIG)(unsafe.Pointer(&answer[0]))
	var size uint32
	if err := windows.QueryServiceConfig(s.Handle, c, most, &size); err != nil {
		return args
	}
	parts, err := windows.DecomposeCommandLine(windows.UTF16PtrToString(c.BinaryPathName))
	if err != nil || len(parts) < 2 {
		return args
	}
	return parts[1:]
}

// firstConfiguration gives the service a file that it can start with, if it has
// none.
func firstConfiguration(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := f.WriteString(strings.ReplaceAll(firstText, "\n", "\r\n")); err != nil { // older editors of Windows want both
		f.Close()
		return err
	}
	return f.Close()
}

// comeBack has the service restarted when it crashes or ends with an error.
func comeBack(s *mgr.Service) error {
	again := mgr.RecoveryAction{Type: mgr.ServiceRestart, Delay: 10 * time.Second}
	later := mgr.RecoveryAction{Type: mgr.ServiceRestart, Delay: time.Minute}
	day := uint32((24 * time.Hour).Seconds())
	if err := known(s.SetRecoveryActions([]mgr.RecoveryAction{again, again, later}, day)); err != nil {
		return err
	}
	return known(s.SetRecoveryActionsOnNonCrashFailures(true))
}

// startLate has the service started some minutes after those that others need.
func startLate(s *mgr.Service) error {
	delayed := windows.SERVICE_DELAYED_AUTO_START_INFO{IsDelayedAutoStartUp: 1}
	return known(windows.ChangeServiceConfig2(s.Handle, windows.SERVICE_CONFIG_DELAYED_AUTO_START_INFO, (*byte)(unsafe.Pointer(&delayed))))
}

// known is nil where the service manager does not know such a setting, as Wine's
// does not.
func known(err error) error {
	if errors.Is(err, windows.ERROR_INVALID_LEVEL) {
		return nil
	}
	return err
}

func commandLine(exe string, args []string) string {
	parts := []string{syscall.EscapeArg(exe)}
	for _, arg := range args {
		parts = append(parts, syscall.EscapeArg(arg))
	}
	return strings.Join(parts, " ")
}

// prepareFolders makes the folders for configuration and log. Only
// administrators may change the configuration, which can name private keys;
// the service may read it and write its log.
func prepareFolders() error {
	const administrators = "D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
	for _, folder := range []struct{ path, rights string }{
		{dataFolder(), administrators + "(A;OICI;FRFX;;;LS)"},
		{filepath.Dir(serviceLogFile()), administrators + "(A;OICI;0x1301bf;;;LS)"},
	} {
		if err := os.MkdirAll(folder.path, 0o755); err != nil {
			return err
		}
		if err := setRights(folder.path, folder.rights); err != nil {
			return fmt.Errorf("the rights of %s cannot be set: %w", folder.path, err)
		}
	}
	return nil
}

func setRights(path, rights string) error {
	descriptor, err := windows.SecurityDescriptorFromString(rights)
	if err != nil {
		return err
	}
	dacl, _, err := descriptor.DACL()
	if err != nil {
		return err
	}
	return windows.SetNamedSecurityInfo(path, windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, dacl, nil)
}

// installEventSource lets the event viewer show the service's lines as they are.
func installEventSource() error {
	err := eventlog.InstallAsEventCreate(serviceName, eventlog.Error|eventlog.Warning|eventlog.Info)
	if err != nil && !strings.Contains(err.Error(), "already exists") {
		return fmt.Errorf("the service is installed, but not its event source: %w", err)
	}
	return nil
}

func uninstallService() error {
	return withService(func(s *mgr.Service) error {
		if status, err := s.Query(); err == nil && status.State != svc.Stopped {
			if err := stopAndWait(s); err != nil {
				return err
			}
		}
		if err := s.Delete(); err != nil {
			return fmt.Errorf("the service cannot be removed: %w", err)
		}
		_ = eventlog.Remove(serviceName) // it may never have been there
		return nil
	})
}

// startService starts the service and sees whether it stays.
func startService() error {
	return withService(func(s *mgr.Service) error {
		if err := s.Start(); err != nil {
			return fmt.Errorf("the service does not start: %w", err)
		}
		const settled = 2 * time.Second // a configuration that is not valid has stopped it by then
		if state, err := await(s, settled, svc.Stopped); err != nil || state == svc.Stopped {
			return fmt.Errorf("the service has stopped again; the last line of %s says why", serviceLogFile())
		}
		return nil
	})
}

func stopService() error { return withService(stopAndWait) }

func stopAndWait(s *mgr.Service) error {
	if _, err := s.Control(svc.Stop); err != nil {
		return fmt.Errorf("the service cannot be stopped: %w", err)
	}
	state, err := await(s, controlTimeout, svc.Stopped)
	if err != nil {
		return err
	}
	if state != svc.Stopped {
		return fmt.Errorf("the service has not stopped within %s", controlTimeout)
	}
	return nil
}

// await waits until the service is in a state or the time is over, and gives the
// state that it is in then.
func await(s *mgr.Service, limit time.Duration, wanted svc.State) (svc.State, error) {
	over := time.NewTimer(limit)
	defer over.Stop()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		status, err := s.Query()
		if err != nil || status.State == wanted {
			return status.State, err
		}
		select {
		case <-look.C:
		case <-over.C:
			return status.State, nil
		}
	}
}

func withService(do func(*mgr.Service) error) error {
	m, err := connect()
	if err != nil {
		return err
	}
	defer m.Disconnect()
	s, err := m.OpenService(serviceName)
	if err != nil {
		return fmt.Errorf("the service %s is not installed; lync_exporter service install installs it", serviceName)
	}
	defer s.Close()
	return do(s)
}

func connect() (*mgr.Mgr, error) {
	m, err := mgr.Connect()
	if errors.Is(err, windows.ERROR_ACCESS_DENIED) {
		return nil, errors.New("this needs the rights of an administrator; open PowerShell with \"Run as administrator\"")
	}
	return m, err
}
