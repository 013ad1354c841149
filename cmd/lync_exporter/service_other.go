//go:build !windows

package main

func serviceConfigFile() string { return "lync.yml" }

func runService([]string) error     { return errNoServices }
func installService([]string) error { return errNoServices }
func uninstallService() error       { return errNoServices }
func startService() error           { return errNoServices }
func stopService() error            { return errNoServices }
