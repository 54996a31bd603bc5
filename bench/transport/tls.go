// TLSOptions are a user's wishes about certificates, made into a configuration.
package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
)

// TLSOptions decide whom to trust. The zero value verifies against the system's authorities, as AIPerf does.
type TLSOptions struct {
	Insecure   bool   // take any certificate for any name
	CA         []byte // PEM certificates of authorities beside the system's
	ServerName string // the name to ask for and to verify; "" is the URL's host
	MinVersion uint16 // least protocol version, a tls.Version constant; 0 is TLS 1.2
}

// Config makes the configuration.
func (o TLSOptions) Config() (*tls.Config, error) {
	c := &tls.Config{InsecureSkipVerify: o.Insecure, ServerName: o.ServerName, MinVersion: o.MinVersion}
	if len(o.CA) == 0 {
		return c, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("reading the system's certificate authorities: %w", err)
	}
	if !pool.AppendCertsFromPEM(o.CA) {
		return nil, errors.New("the CA bundle holds no certificate: it must be PEM text with CERTIFICATE blocks")
	}
	c.RootCAs = pool
	return c, nil
}
