// What a row's media strings become: references are sent as they are, local files are read. The chat endpoint sends an image or a video as a
// URL part and audio as an input_audio part.
//
// An image file is sent byte for byte; AIPerf decodes and encodes it again with its own library, so there the bytes differ and the pixels agree.
package load

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

func asIs(content string) (string, error) { return content, nil }

// imageContent takes a data URI, a URL, or a PNG or JPEG file.
func imageContent(content string) (string, error) {
	if strings.HasPrefix(content, "data:") {
		return content, nil
	}
	if is, err := isURL(content); is || err != nil {
		return content, err
	}
	data, err := readMedia(content)
	if err != nil {
		return "", err
	}
	switch {
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "data:image/png;base64," + base64.StdEncoding.EncodeToString(data), nil
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(data), nil
	}
	return "", fmt.Errorf("%s is neither a PNG nor a JPEG image", content)
}

// audioContent takes `wav,<base64>`, `mp3,<base64>`, a URL, or a .wav or .mp3 file.
func audioContent(content string) (string, error) {
	kind, _, found := strings.Cut(content, ",")
	if found && (strings.EqualFold(kind, "wav") || strings.EqualFold(kind, "mp3")) {
		return content, nil
	}
	return fileByExtension(content, "audio", map[string]string{".wav": "wav,", ".mp3": "mp3,"})
}

// videoContent takes a data URI, a URL, or an .mp4 or .webm file.
func videoContent(content string) (string, error) {
	if strings.HasPrefix(content, "data:") {
		return content, nil
	}
	return fileByExtension(content, "video", map[string]string{".mp4": "data:video/mp4;base64,", ".webm": "data:video/webm;base64,"})
}

// fileByExtension passes URLs and reads files whose extension has a prefix.
func fileByExtension(content, kind string, prefixes map[string]string) (string, error) {
	if is, err := isURL(content); is || err != nil {
		return content, err
	}
	data, err := readMedia(content)
	if err != nil {
		return "", err
	}
	prefix, ok := prefixes[strings.ToLower(filepath.Ext(content))]
	if !ok {
		return "", fmt.Errorf("%s is not %s that can be sent", content, kind)
	}
	return prefix + base64.StdEncoding.EncodeToString(data), nil
}

// isURL tells references; one without a scheme or a host is a mistake.
func isURL(content string) (bool, error) {
	if !strings.Contains(content, "://") {
		return false, nil
	}
	u, err := url.Parse(content)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return false, fmt.Errorf("%q needs a scheme and a host to be a URL", content)
	}
	return true, nil
}

// readMedia reads a file named relative to the working directory.
func readMedia(path string) ([]byte, error) {
	if path == "" {
		return nil, errors.New("the content is empty")
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the file %s does not exist", path)
	}
	if err != nil {
		return nil, fmt.Errorf("the file %s cannot be read: %s", path, reason(err))
	}
	return data, nil
}
