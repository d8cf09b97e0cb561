export { LAB_HOSTS, startLab, type Lab, type LabHost, type LabHostName, type LabOptions } from "./start.ts";
export { groundHere } from "./ground.ts";
