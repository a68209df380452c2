using Governance.Portal;
using Governance.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);

builder.AddTelemetry("portal");
builder.AddDoor();
builder.AddProxy();
builder.AddStatusPage();

var app = builder.Build();

app.UseDoor();
app.MapGet("/api/me", (Caller caller) => caller);
app.MapApiDocs();
app.MapStatusPage();
app.MapProxy();

app.Run();
