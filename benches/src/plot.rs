//! Drawings for the documentation: panels with lines, both axes logarithmic.

use std::error::Error;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub use plotters::chart::SeriesLabelPosition;
use plotters::coord::Shift;
use plotters::prelude::{
    BLACK, ChartBuilder, Circle, Color, DrawingArea, DrawingBackend, IntoDrawingArea, IntoLogRange,
    LineSeries, PathElement, RGBAColor, RGBColor, SVGBackend, ShapeStyle, WHITE,
};

use crate::measure::Failure;

const TEXT: (&str, i32) = ("sans-serif", 15);
const TITLE: (&str, i32) = ("sans-serif", 19);
/// The height of what stands above all panels.
const HEAD: u32 = 56;

/// A line, with its points from left to right.
#[derive(Clone, Debug)]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// The points.
    pub points: Vec<(f64, f64)>,
    /// Whether it is ours: drawn thicker, in the first colour.
    pub ours: bool,
}

impl Series {
    fn style(&self, place: usize) -> ShapeStyle {
        let stroke_width = if self.ours { 4 } else { 2 };
        ShapeStyle { color: colour(place), filled: true, stroke_width }
    }
}

/// A coordinate system with lines.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What stands above it.
    pub title: String,
    /// The lines.
    pub series: Vec<Series>,
}

/// A drawing.
#[derive(Clone, Debug)]
pub struct Plot<'t> {
    /// What stands above it; the command that makes it is added.
    pub title: &'t str,
    /// The name of the binary that makes it.
    pub binary: &'t str,
    /// What the horizontal axis is, with its ends.
    pub across: (&'t str, Range<f64>),
    /// What the vertical axis is, with its ends.
    pub up: (&'t str, Range<f64>),
    /// How a number of the vertical axis is written.
    pub unit: fn(f64) -> String,
    /// Where there is room for the legend.
    pub legend: SeriesLabelPosition,
    /// How many panels stand side by side.
    pub columns: usize,
}

impl Plot<'_> {
    /// Draws the panels, each of the given size, into a file of the folder `docs`.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn draw(&self, file: &str, panels: &[Panel], size: (u32, u32)) -> Result<(), Failure> {
        let rows = panels.len().div_ceil(self.columns);
        let path = docs(file);
        let (width, height) = (size.0 * u32::try_from(self.columns)?, size.1 * u32::try_from(rows)? + HEAD);
        let area = SVGBackend::new(&path, (width, height)).into_drawing_area();
        area.fill(&WHITE)?;
        let (head, body) = area.split_vertically(HEAD);
        let command = format!("cargo run --release -p cors-policy-benches --bin {}", self.binary);
        head.titled(self.title, TITLE)?.titled(&command, TEXT)?;
        for (panel, area) in panels.iter().zip(body.split_evenly((rows, self.columns))) {
            self.panel(panel, &area)?;
        }
        area.present()?;
        Ok(())
    }

    fn panel<B: DrawingBackend>(&self, panel: &Panel, area: &DrawingArea<B, Shift>) -> Result<(), Failure>
    where
        B::ErrorType: Error + 'static,
    {
        let mut chart = ChartBuilder::on(area)
            .caption(&panel.title, TITLE)
            .margin(8)
            .margin_right(36)
            .x_label_area_size(42)
            .y_label_area_size(66)
            .build_cartesian_2d(self.across.1.clone().log_scale(), self.up.1.clone().log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .bold_line_style(BLACK.mix(0.12))
            .label_style(TEXT)
            .axis_desc_style(TEXT)
            .x_desc(self.across.0)
            .y_desc(self.up.0)
            .x_label_formatter(&|number| thousands(*number))
            .y_label_formatter(&|number| (self.unit)(*number))
            .draw()?;
        for (place, series) in panel.series.iter().enumerate() {
            let style = series.style(place);
            chart
                .draw_series(LineSeries::new(series.points.iter().copied(), style))?
                .label(&series.name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], style));
        }
        // Ours, the first, is drawn last, above the others.
        for (place, series) in panel.series.iter().enumerate().rev() {
            let (style, radius) = (series.style(place), if series.ours { 4 } else { 3 });
            chart.draw_series(LineSeries::new(series.points.iter().copied(), style))?;
            chart.draw_series(series.points.iter().map(|point| Circle::new(*point, radius, style)))?;
        }
        chart
            .configure_series_labels()
            .position(self.legend.clone())
            .background_style(WHITE.mix(0.85))
            .label_font(TEXT)
            .draw()?;
        Ok(())
    }
}

fn docs(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(file)
}

/// Colours that people tell apart who see few; the first is ours.
fn colour(place: usize) -> RGBAColor {
    const COLOURS: [RGBColor; 8] = [
        RGBColor(0, 90, 181),
        RGBColor(220, 50, 32),
        RGBColor(230, 159, 0),
        RGBColor(0, 158, 115),
        RGBColor(204, 121, 167),
        RGBColor(110, 110, 110),
        RGBColor(86, 180, 233),
        RGBColor(120, 60, 10),
    ];
    COLOURS.iter().cycle().nth(place).copied().unwrap_or(BLACK).into()
}

/// A time, of nanoseconds.
#[must_use]
pub fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        1e6.. => format!("{:.0} ms", nanoseconds / 1e6),
        1e3.. => format!("{:.0} µs", nanoseconds / 1e3),
        _ => format!("{nanoseconds:.0} ns"),
    }
}

/// A number with commas.
#[must_use]
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
