using MudBlazor;

namespace Governance.Portal.Shell;

/// <summary>Colours that keep a contrast of 4.5 for text and 3 for lines in both themes (WCAG 2.2 AA).</summary>
internal static class Look
{
    private static readonly string[] Font = ["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Background = "#f4f6f9",
            BackgroundGray = "#e9edf3",
            Surface = "#ffffff",
            Primary = "#1f4fc4",
            PrimaryContrastText = "#ffffff",
            Secondary = "#5b3fb8",
            Success = "#1a6b35",
            Warning = "#8a4a00",
            Error = "#b3261e",
            Info = "#0a5c85",
            TextPrimary = "#161b24",
            TextSecondary = "#475163",
            ActionDefault = "#475163",
            Divider = "#d3d9e3",
            LinesDefault = "#d3d9e3",
            LinesInputs = "#737d8f",
            TableLines = "#dfe4ec",
            AppbarBackground = "#ffffff",
            AppbarText = "#161b24",
        },
        PaletteDark = new PaletteDark
        {
            Background = "#10141b",
            BackgroundGray = "#1f2632",
            Surface = "#181e27",
            Primary = "#93b7ff",
            PrimaryContrastText = "#0d1526",
            Secondary = "#c3b0ff",
            Success = "#83d6a0",
            Warning = "#f3bb75",
            Error = "#ff9f96",
            Info = "#84cbf0",
            TextPrimary = "#e8ecf3",
            TextSecondary = "#b2bccb",
            ActionDefault = "#b2bccb",
            Divider = "#343d4b",
            LinesDefault = "#343d4b",
            LinesInputs = "#8792a4",
            TableLines = "#2b3340",
            AppbarBackground = "#181e27",
            AppbarText = "#e8ecf3",
        },
        Typography = new() { Default = new DefaultTypography { FontFamily = Font }, Button = new ButtonTypography { FontFamily = Font, TextTransform = "none", FontWeight = "600" } },
        LayoutProperties = new() { DefaultBorderRadius = "8px" },
    };
}
