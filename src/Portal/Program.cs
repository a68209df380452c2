using Governance.Portal;
using Governance.Portal.Services;
using Governance.Portal.Shell;
using Governance.Portal.SignIn;
using Governance.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddTelemetry("portal");
builder.AddDoor();
builder.AddBrowserSignIn();
builder.AddProxy();
builder.AddStatusPage();
builder.AddPages();

var app = builder.Build();

app.UseDoor();
app.MapGet("/api/me", (Caller caller) => caller);
app.MapApiDocs();
app.MapStatusPage();
app.MapBrowserSignIn();
app.MapFiles();
app.MapPages();
app.MapProxy();

app.Run();
