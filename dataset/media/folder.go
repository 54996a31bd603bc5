// A folder of the user's pictures as sources.
package media

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/dataset/media/internal/decode"
	"github.com/aiperf-go/aiperf/dataset/media/internal/raster"
)

// endings are the file names that Pillow, and so AIPerf, takes for pictures. Those it then cannot read still take part in the draws.
const endings = ".apng .avif .avifs .blp .bmp .bufr .bw .cur .dcx .dds .dib .emf .eps .fit .fits .flc .fli .ftc .ftu .gbr .gif .grib .h5 .hdf " +
	".icb .icns .ico .iim .im .j2c .j2k .jfif .jp2 .jpc .jpe .jpeg .jpf .jpg .jpx .mpeg .mpg .mpo .msp .palm .pbm .pcd .pcx .pdf .pfm .pgm " +
	".png .pnm .ppm .ps .psd .pxr .qoi .ras .rgb .rgba .sgi .tga .tif .tiff .vda .vst .webp .wmf .xbm .xpm"

// folder lists the pictures of a folder by name; at least one of them opens.
func folder(path string) ([]*source, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("list the image source folder: %w: give noise, assets or a folder of pictures", err)
	}
	known := strings.Fields(endings)
	var sources []*source
	opens := false
	var first error
	for _, e := range entries { // sorted
		name := e.Name()
		if strings.HasPrefix(name, ".") || !slices.Contains(known, strings.ToLower(filepath.Ext(name))) {
			continue
		}
		file := filepath.Join(path, name)
		if err := look(file); err != nil {
			return nil, err
		}
		s := &source{open: func() (*raster.Raster, error) { return openPicture(file) }}
		if !opens {
			_, err := s.picture()
			if opens = err == nil; first == nil {
				first = err
			}
		}
		sources = append(sources, s)
	}
	switch {
	case len(sources) == 0:
		return nil, fmt.Errorf("the image source folder %q holds no picture: put png, jpeg or gif files into it", path)
	case !opens:
		return nil, fmt.Errorf("none of the %d pictures in the image source folder %q can be read: put png, jpeg or gif files into it (%w)", len(sources), path, first)
	default:
		return sources, nil
	}
}

// look refuses files that AIPerf could use and this program cannot: leaving them out would be another load. Damaged ones are no error.
func look(path string) error {
	if plain(path) != nil {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }() // only read
	head := make([]byte, decode.SniffLength)
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.ErrUnexpectedEOF {
		return nil
	}
	kind, err := decode.Kind(head[:n])
	if err != nil {
		return fmt.Errorf("image source %q: %w", path, err)
	}
	if kind == "" {
		return nil
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil
	}
	return checkHeader(path, f)
}

// checkHeader refuses a picture by what its header says.
func checkHeader(path string, f io.Reader) error {
	width, height, err := decode.Size(f)
	if errors.Is(err, decode.ErrForeign) {
		return fmt.Errorf("image source %q: %w", path, err)
	}
	if err == nil && int64(width)*int64(height) > decode.MaxPixels {
		return fmt.Errorf("image source %q has %dx%d pixels: at most %d are read, make it smaller or take it out of the folder", path, width, height, decode.MaxPixels)
	}
	return nil
}

// plain says what is wrong with a name that is no file: a pipe would never end. It takes part in the draws like a damaged picture.
func plain(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%q is no regular file", path)
	}
	return err
}

// openPicture reads a file.
func openPicture(path string) (*raster.Raster, error) {
	if err := plain(path); err != nil {
		return nil, fmt.Errorf("read an image source: %w", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read an image source: %w", err)
	}
	r, err := decode.Picture(data)
	if err != nil {
		return nil, fmt.Errorf("read the image source %q: %w", path, err)
	}
	return r, nil
}
