import { createServer, type Server } from "node:https";
import type { IncomingMessage } from "node:http";
import { power, type Bmc, type Severity } from "./bmc-state.ts";

// The part of DMTF Redfish (DSP0266) an operator reads first, over the same state as racadm.

export type RedfishOptions = { readonly bmc: () => Bmc; readonly key: string; readonly certificate: string; readonly user: string; readonly password: string };

const MAX_BODY_BYTES = 64 * 1024;
const healthOf = (status: Severity): "OK" | "Warning" | "Critical" => (status === "Ok" ? "OK" : status === "Non-Critical" ? "Warning" : "Critical");
const worst = (all: readonly Severity[]): Severity => (all.includes("Critical") ? "Critical" : all.includes("Non-Critical") ? "Non-Critical" : "Ok");
const list = (path: string, name: string, members: readonly unknown[]): object => ({ "@odata.id": path, Name: name, "Members@odata.count": members.length, Members: members });
const link = (path: string): object => ({ "@odata.id": path });

export function redfishServer({ bmc, key, certificate, user, password }: RedfishOptions): Server {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  return createServer({ key, cert: certificate }, (request, response) => {
    const reply = (status: number, body: object): void => void response.writeHead(status, { "content-type": "application/json", "odata-version": "4.0" }).end(JSON.stringify(body));
    const path = (request.url ?? "/").split("?")[0]?.replace(/\/$/, "") ?? "";
    if (path !== "/redfish" && path !== "/redfish/v1" && request.headers.authorization !== expected) {
      response.setHeader("www-authenticate", 'Basic realm="iDRAC"');
      return reply(401, fault("Base.1.12.AccessDenied", "The authentication credentials included with this request are missing or invalid."));
    }
    if (request.method === "GET" || request.method === "HEAD") {
      const found = resource(path, bmc());
      return found ? reply(200, found) : reply(404, fault("Base.1.12.ResourceMissingAtURI", `The resource at the URI ${path} was not found.`));
    }
    return void act(path, request, bmc()).then(([status, body]) => reply(status, body), () => reply(400, fault("Base.1.12.MalformedJSON", "The request body submitted was malformed JSON.")));
  });
}

const fault = (id: string, message: string): object => ({ error: { code: id, message, "@Message.ExtendedInfo": [{ MessageId: id, Message: message }] } });

const SYSTEM = "/redfish/v1/Systems/System.Embedded.1";
const CHASSIS = "/redfish/v1/Chassis/System.Embedded.1";
const MANAGER = "/redfish/v1/Managers/iDRAC.Embedded.1";

function resource(path: string, bmc: Bmc): object | undefined {
  const { state } = bmc;
  const systemHealth = healthOf(worst([...state.supplies, ...state.disks].map((part) => part.status)));
  const raid = `${SYSTEM}/Storage/RAID.SL.3-1`;
  const sel = `${MANAGER}/LogServices/Sel/Entries`;
  switch (path) {
    case "/redfish": return { v1: "/redfish/v1/" };
    case "/redfish/v1": return { "@odata.id": path, Name: "Root Service", RedfishVersion: "1.17.0", Vendor: "Dell", Systems: link("/redfish/v1/Systems"), Chassis: link("/redfish/v1/Chassis"), Managers: link("/redfish/v1/Managers") };
    case "/redfish/v1/Systems": return list(path, "Computer System Collection", [link(SYSTEM)]);
    case "/redfish/v1/Chassis": return list(path, "Chassis Collection", [link(CHASSIS)]);
    case "/redfish/v1/Managers": return list(path, "Manager Collection", [link(MANAGER)]);
    case SYSTEM: return { "@odata.id": path, Id: "System.Embedded.1", Name: "System", Manufacturer: "Dell Inc.", Model: state.model, SKU: state.serviceTag, HostName: state.hostName, BiosVersion: state.bios, PowerState: state.power === "ON" ? "On" : "Off", IndicatorLED: state.led === "blink" ? "Blinking" : "Off", Status: { Health: systemHealth, HealthRollup: systemHealth, State: "Enabled" }, ProcessorSummary: { Count: 2, Model: "Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz" }, MemorySummary: { TotalSystemMemoryGiB: 512 }, Storage: link(`${SYSTEM}/Storage`), Actions: { "#ComputerSystem.Reset": { target: `${SYSTEM}/Actions/ComputerSystem.Reset`, "ResetType@Redfish.AllowableValues": ["On", "ForceOff", "ForceRestart", "GracefulShutdown", "GracefulRestart", "PowerCycle"] } } };
    case `${SYSTEM}/Storage`: return list(path, "Storage Collection", [link(raid)]);
    case raid: return { "@odata.id": path, Id: "RAID.SL.3-1", Name: "PERC H755 Front", Status: { Health: healthOf(worst(state.disks.map((d) => d.status))), State: "Enabled" }, Drives: state.disks.map((d) => link(`${raid}/Drives/Disk.Bay.${d.slot}`)), Volumes: link(`${raid}/Volumes`) };
    case `${raid}/Volumes`: return list(path, "Volume Collection", state.volumes.map((v, i) => ({ Id: `Disk.Virtual.${i}`, Name: v.name, RAIDType: v.level.replace("-", ""), Status: { Health: v.state === "Optimal" ? "OK" : "Warning" } })));
    case CHASSIS: return { "@odata.id": path, Id: "System.Embedded.1", Name: "Computer System Chassis", ChassisType: "RackMount", Model: state.model, Status: { Health: systemHealth }, Thermal: link(`${CHASSIS}/Thermal`), Power: link(`${CHASSIS}/Power`) };
    case `${CHASSIS}/Thermal`: return { "@odata.id": path, Name: "Thermal", Temperatures: state.temperatures.map((t) => ({ Name: t.name, ReadingCelsius: t.celsius, UpperThresholdNonCritical: t.warning, Status: { Health: healthOf(t.status) } })), Fans: state.fans.map((f) => ({ Name: f.name, Reading: state.power === "ON" ? f.rpm : 0, ReadingUnits: "RPM", Status: { Health: healthOf(f.status) } })) };
    case `${CHASSIS}/Power`: return { "@odata.id": path, Name: "Power", PowerSupplies: state.supplies.map((p) => ({ MemberId: `PSU.Slot.${p.slot}`, Name: `PS${p.slot} Status`, LineInputVoltage: p.input, PowerCapacityWatts: p.watts, Status: { Health: healthOf(p.status), State: p.status === "Ok" ? "Enabled" : "UnavailableOffline" } })), Redundancy: [{ Name: "System Board PS Redundancy", Mode: "N+m", Status: { Health: state.supplies.every((p) => p.status === "Ok") ? "OK" : "Critical" } }], PowerControl: [{ PowerConsumedWatts: state.power === "ON" ? 412 : 18 }] };
    case MANAGER: return { "@odata.id": path, Id: "iDRAC.Embedded.1", Name: "Manager", FirmwareVersion: state.idrac, ManagerType: "BMC", Status: { Health: "OK" }, DateTime: new Date(bmc.now()).toISOString(), LogServices: link(`${MANAGER}/LogServices`) };
    case `${MANAGER}/LogServices`: return list(path, "Log Service Collection", [link(`${MANAGER}/LogServices/Sel`), link(`${MANAGER}/LogServices/Lclog`)]);
    case `${MANAGER}/LogServices/Sel`: return { "@odata.id": path, Id: "Sel", Name: "System Event Log", Entries: link(sel), Actions: { "#LogService.ClearLog": { target: `${path}/Actions/LogService.ClearLog` } } };
    case sel: return list(path, "System Event Log", state.sel.map((entry, i) => ({ Id: String(i + 1), Created: new Date(entry.at).toISOString(), Severity: healthOf(entry.severity), Message: entry.message, EntryType: "SEL" })));
    case `${MANAGER}/LogServices/Lclog/Entries`: return list(path, "Lifecycle Log", state.log.map((entry, i) => ({ Id: String(i + 1), Created: new Date(entry.at).toISOString(), Severity: entry.severity === "Info" ? "OK" : entry.severity, MessageId: entry.id, Message: entry.message })));
  }
  const drive = /\/Drives\/Disk\.Bay\.(\d+)$/.exec(path);
  const disk = path.startsWith(raid) && drive ? state.disks.find((d) => d.slot === Number(drive[1])) : undefined;
  return disk && { "@odata.id": path, Id: `Disk.Bay.${disk.slot}`, Name: `Physical Disk 0:1:${disk.slot}`, Model: disk.model, SerialNumber: disk.serial, MediaType: disk.media, FailurePredicted: disk.predictive, Status: { Health: healthOf(disk.status), State: disk.state === "Failed" ? "UnavailableOffline" : "Enabled" } };
}

async function act(path: string, request: IncomingMessage, bmc: Bmc): Promise<[number, object]> {
  let body = "";
  for await (const part of request) {
    body += String(part);
    if (body.length > MAX_BODY_BYTES) return [413, fault("Base.1.12.PayloadTooLarge", "The request body is too large.")];
  }
  const input = (body === "" ? {} : JSON.parse(body)) as Record<string, unknown>;
  if (request.method === "POST" && path === `${SYSTEM}/Actions/ComputerSystem.Reset`) {
    const kind = String(input["ResetType"] ?? "");
    if (!["On", "ForceOff", "ForceRestart", "GracefulShutdown", "GracefulRestart", "PowerCycle"].includes(kind)) return [400, fault("Base.1.12.ActionParameterNotSupported", `The parameter ResetType has the value ${JSON.stringify(kind)}, which is not supported.`)];
    const refusal = power(bmc, kind as Parameters<typeof power>[1]);
    return refusal ? [409, fault("IDRAC.2.8.PSU501", refusal)] : [204, {}];
  }
  if (request.method === "POST" && path === `${MANAGER}/LogServices/Sel/Actions/LogService.ClearLog`) {
    bmc.state.sel = [{ at: bmc.now(), severity: "Ok", message: "Log cleared." }];
    bmc.save();
    return [204, {}];
  }
  if (request.method === "PATCH" && path === SYSTEM && (input["IndicatorLED"] === "Blinking" || input["IndicatorLED"] === "Off")) {
    bmc.state.led = input["IndicatorLED"] === "Blinking" ? "blink" : "off";
    bmc.save();
    return [200, resource(path, bmc) ?? {}];
  }
  return [405, fault("Base.1.12.OperationNotAllowed", "The HTTP method is not allowed on this resource.")];
}

