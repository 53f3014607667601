//go:build !unix

package pgtest

import "errors"

type watcher struct{}

func (*watcher) start() error      { return errors.ErrUnsupported }
func (*watcher) end()              {}
func (*watcher) kill(string) error { return errors.ErrUnsupported }

func start(string, ...string) (*Server, error) {
	return nil, errors.New("tests start PostgreSQL on Unix only: set " + variable)
}
