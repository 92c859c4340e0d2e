//! Fuzz targets: one for each reader of bytes from outside, by its name in `waterline::untrusted`.

/// The target that has this reader read.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
            let reader = waterline::untrusted::Reader::named($name).expect("it is a reader");
            reader.read(bytes);
        });
    };
}
